//! Every kind of client at once, for the configured time: after they disconnect, the server has released everything.
//!
//! The default is a few seconds; `AVOCET_SOAK_MINUTES=30 cargo test --release -p echo --test it soak -- --nocapture` is the long run. It
//! writes the figures of each second and a chart to the folder whose path it prints.

mod crowd;
mod picture;
mod samples;
mod visits;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use self::crowd::Crowd;
use self::samples::Samples;
use crate::client::{PATIENCE, Way};
use crate::observed::Observed;
use crate::process::certificate;
use crate::target::Target;

/// Short enough to cut the slow clients often, and long enough for the others on a busy machine.
const LIMITS: &[&str] = &["body_grace=10s", "write_stall=10s", "idle_time=10s"];

/// Returns the duration and the sampling interval.
fn times() -> (Duration, Duration) {
    match std::env::var("AVOCET_SOAK_MINUTES") {
        Ok(minutes) => {
            let minutes: u64 = minutes.parse().expect("a number of minutes");
            (Duration::from_secs(60 * minutes), Duration::from_secs(1))
        }
        Err(_) => (Duration::from_secs(4), Duration::from_millis(200)),
    }
}

#[tokio::test]
async fn nothing_of_a_mixed_crowd_stays_behind() {
    let (duration, pause) = times();
    let (certificate, key) = (certificate("first.pem"), certificate("first.key"));
    let text = |path: &Path| path.to_str().expect("a path of text").to_owned();
    let encrypted = ["--cert", &text(&certificate), "--key", &text(&key)];
    let servers = [
        ("in the clear", Target::App, &[][..]),
        ("TLS", Target::App, &encrypted),
        ("behind a layer", Target::Layered, &[]),
        ("a router of axum", Target::Axum, &[]),
    ]
    .map(|(name, target, arguments)| Served::start(name, target, arguments));

    let stop = Arc::new(AtomicBool::new(false));
    let crowds: Vec<_> = servers
        .iter()
        .enumerate()
        .map(|(index, server)| {
            let seed = u64::try_from(index).expect("a small number");
            Crowd::gather(server.target, &server.way, seed, &stop)
        })
        .collect();
    let started = Instant::now();
    let mut samples = Samples::default();
    while started.elapsed() < duration && !crowds.iter().any(Crowd::has_lost_somebody) {
        tokio::time::sleep(pause).await;
        for server in &servers {
            samples.add(started.elapsed(), server.name, server.figures().await);
        }
    }
    stop.store(true, Ordering::Relaxed);
    for (server, crowd) in servers.iter().zip(crowds) {
        eprintln!("{}: {}", server.name, crowd.gone().await);
    }
    for server in &servers {
        let after = server.settled().await;
        samples.add(started.elapsed(), server.name, after);
        if duration >= Duration::from_secs(60) {
            eprintln!("{}: {}", server.name, samples.trend(server.name));
        }
    }
    samples.write(Path::new(env!("CARGO_TARGET_TMPDIR")));
    for server in servers {
        let process = Arc::into_inner(server.process).expect("the last handle");
        process.end_in_silence();
    }
}

/// One of the servers, and its resources before the first client.
struct Served {
    name: &'static str,
    target: Target,
    way: Way,
    process: Arc<Observed>,
    before: [u64; 4],
}

impl Served {
    fn start(name: &'static str, target: Target, arguments: &[&str]) -> Self {
        let process = Observed::start(target, LIMITS, arguments);
        let way = Way {
            address: process.address,
            tls: !arguments.is_empty(),
        };
        Self {
            name,
            target,
            way,
            before: process.figures().held(),
            process: Arc::new(process),
        }
    }

    /// Reads the figures on a separate thread, so that the clients continue meanwhile.
    async fn figures(&self) -> crate::observed::Figures {
        let process = Arc::clone(&self.process);
        let figures = tokio::task::spawn_blocking(move || process.figures());
        figures.await.expect("it answers")
    }

    /// Returns the figures when it holds no more than before.
    async fn settled(&self) -> crate::observed::Figures {
        let started = Instant::now();
        loop {
            let figures = self.figures().await;
            if figures.held() == self.before {
                return figures;
            }
            assert!(
                started.elapsed() < PATIENCE,
                "{}: of descriptors, connections, requests in flight and tasks there were {:?}, and now there are {:?}",
                self.name,
                self.before,
                figures.held()
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}
