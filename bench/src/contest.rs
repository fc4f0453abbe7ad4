//! Who takes part in what: prepared, able to, and equal to the others in what it answers.

use std::collections::{BTreeMap, BTreeSet};

use crate::options::Options;
use crate::peers::{self, Peer};
use crate::probes;
use crate::server::Server;
use crate::workload::{WORKLOADS, Workload};

pub struct Contest {
    pub entries: Vec<Entry>,
    /// What must be told of those that take no part, in the order in which it was found.
    pub absent: Vec<String>,
    /// Whether a server did not answer as it must.
    pub failed: bool,
}

pub struct Entry {
    pub workload: &'static Workload,
    pub contestants: Vec<&'static str>,
}

impl Contest {
    /// What was asked for.
    pub fn chosen(options: &Options) -> Result<Self, String> {
        // A name that is one stands for itself, `paced` for all that begin so.
        let meant = |name: &str, asked: &str| {
            let exact = WORKLOADS.iter().any(|workload| workload.name == asked);
            if exact {
                name == asked
            } else {
                name.starts_with(asked)
            }
        };
        let wanted = |name: &str| {
            options.only.is_empty() || options.only.iter().any(|asked| meant(name, asked))
        };
        for name in &options.only {
            if !WORKLOADS
                .iter()
                .any(|workload| workload.name.starts_with(name))
            {
                return Err(format!("no workload begins with `{name}`; --list has them"));
            }
        }
        let all: BTreeSet<_> = WORKLOADS.iter().flat_map(Workload::contestants).collect();
        for name in &options.peers {
            if !all.contains(name.as_str()) {
                return Err(format!("no server is called `{name}`; --list has them"));
            }
        }
        let mut contest = Self {
            entries: Vec::new(),
            absent: Vec::new(),
            failed: false,
        };
        for workload in WORKLOADS {
            if wanted(workload.name) {
                contest.enter(workload, &options.peers);
            }
        }
        Ok(contest)
    }

    /// Those of the asked for that are able to do a workload.
    fn enter(&mut self, workload: &'static Workload, asked: &[String]) {
        let mut contestants = workload.contestants();
        contestants.retain(|name| asked.is_empty() || asked.iter().any(|asked| asked == name));
        if workload.of_servers() {
            contestants.retain(|name| {
                let lacks = peers::named(name).and_then(|peer| peer.lacks(workload.name));
                let line = lacks.map(|why| format!("{name} is not in {}: {why}", workload.name));
                self.absent.extend(line);
                lacks.is_none()
            });
        }
        if !contestants.is_empty() {
            self.entries.push(Entry {
                workload,
                contestants,
            });
        }
    }

    /// Whether a server takes part that this package must build first.
    pub fn needs_servers(&self) -> bool {
        let compiled = |name: &&str| peers::named(name).is_some_and(|peer| peer.binary().is_some());
        let mut entries = self
            .entries
            .iter()
            .filter(|entry| entry.workload.starts_servers());
        entries.any(|entry| entry.contestants.iter().any(compiled))
    }

    /// Leaves those out that cannot take part: what is not prepared, what does not answer alike.
    pub fn admit(&mut self) {
        let mut unprepared = BTreeMap::new();
        for entry in &mut self.entries {
            entry.contestants.retain(|name| {
                let program = peers::named(name).map_or(Ok(()), Peer::prepared);
                program.map_err(|how| unprepared.insert(*name, how)).is_ok()
            });
        }
        let unprepared = unprepared
            .into_iter()
            .map(|(name, how)| format!("{name} is skipped: it is not prepared ({how})"));
        self.absent.extend(unprepared);
        self.probe();
    }

    /// Starts each server once and asks it what its workloads will ask.
    fn probe(&mut self) {
        let servers = self
            .entries
            .iter()
            .filter(|entry| entry.workload.of_servers());
        let names: BTreeSet<_> = servers
            .flat_map(|entry| entry.contestants.clone())
            .collect();
        for name in names {
            eprintln!("probing {name}");
            let server = Server::start(peers::named(name).expect("it is in the table"));
            for entry in self
                .entries
                .iter_mut()
                .filter(|entry| entry.workload.of_servers())
            {
                if !entry.contestants.contains(&name) {
                    continue;
                }
                let verdict = match &server {
                    Ok(server) => probes::check(server, &entry.workload.probes()),
                    Err(why) => Err(why.clone()),
                };
                if let Err(why) = verdict {
                    entry.contestants.retain(|other| *other != name);
                    self.failed = true;
                    self.absent.push(format!(
                        "{name} is left out of {}: {why}",
                        entry.workload.name
                    ));
                }
            }
        }
    }

    /// How many seconds all of it will take.
    pub fn estimate(&self, options: &Options) -> f64 {
        let entry = |entry: &Entry| -> f64 {
            let one = |name: &&str| entry.workload.estimate(name, options.seconds);
            entry.contestants.iter().map(one).sum()
        };
        self.entries.iter().map(entry).sum::<f64>() * f64::from(options.rounds)
    }
}
