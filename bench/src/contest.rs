//! Selects the servers of each workload: prepared, capable, and with the same responses as the others.

use std::collections::{BTreeMap, BTreeSet};

use crate::options::Options;
use crate::peers::{self, Peer};
use crate::probes;
use crate::server::Server;
use crate::workload::{WORKLOADS, Workload};

pub struct Contest {
    pub entries: Vec<Entry>,
    /// The messages about servers that do not take part, in order of discovery.
    pub absent: Vec<String>,
    /// Whether a server gave a wrong response.
    pub failed: bool,
}

pub struct Entry {
    pub workload: &'static Workload,
    pub contestants: Vec<&'static str>,
}

impl Contest {
    /// Returns the selection of the options.
    pub fn chosen(options: &Options) -> Result<Self, String> {
        // An exact name selects itself; `paced` selects every name that begins with it.
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

    /// Adds the selected servers that can run a workload.
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

    /// Returns whether a program takes part that this package must build first.
    pub fn needs_servers(&self) -> bool {
        !self.programs().is_empty()
    }

    /// Returns the programs of this package that take part.
    pub fn programs(&self) -> BTreeSet<&'static str> {
        let mut programs = BTreeSet::new();
        let entries = self
            .entries
            .iter()
            .filter(|entry| entry.workload.starts_servers());
        for entry in entries {
            programs.extend(entry.workload.client());
            let compiled = |name: &&&str| peers::named(name).is_some_and(|peer| peer.is_compiled());
            programs.extend(entry.contestants.iter().filter(compiled));
        }
        programs
    }

    /// Removes servers that are not prepared or do not respond like the others.
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

    /// Starts each server once and sends it the probes of its workloads.
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

    /// Returns the estimated total duration in seconds.
    pub fn estimate(&self, options: &Options) -> f64 {
        let entry = |entry: &Entry| -> f64 {
            let one = |name: &&str| entry.workload.estimate(name, options.seconds);
            entry.contestants.iter().map(one).sum()
        };
        self.entries.iter().map(entry).sum::<f64>() * f64::from(options.rounds)
    }
}
