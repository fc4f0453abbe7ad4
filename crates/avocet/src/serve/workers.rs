//! Who does the work: one runtime over all cores, or one for each.

use std::fmt;
use std::io;
use std::num::NonZeroUsize;
use std::str::FromStr;
use std::thread;

use tokio::sync::mpsc;

use super::accept::accept_loop::{ShutdownReport, serve};
use super::connection::connection_config::ConnectionConfig;
use super::listen::listener::{Bound, Listeners};
use super::shutdown::{Reason, Shutdown};
use crate::app::Service;

/// Who does the work.
///
/// [`Shared`](Self::Shared) is right nearly always: a core without work takes some of another's, so that a slow request
/// delays nobody. With workers of their own a connection stays where the system has put it, and so does all that it does:
/// that is for machines of many cores with many more connections, all of them alike. On two cores it was no gain: 4.1 µs of
/// CPU for a small request against 3.7 shared (medians of eight runs in turn, 64 connections). Measure before choosing it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Workers {
    /// The runtime that the server is started in, which usually has a thread for each core.
    #[default]
    Shared,
    /// A runtime of one thread for each core, each with a listening socket of its own among which the system divides the
    /// connections.
    PerCore,
    /// The same with as many as this, whatever the number of cores. All limits hold for the workers together.
    Separate(NonZeroUsize),
}

impl Workers {
    /// How many runtimes to make; none for the one that is there.
    pub(super) fn separate(self) -> Option<NonZeroUsize> {
        match self {
            Self::Shared => None,
            Self::PerCore => Some(thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)),
            Self::Separate(count) => Some(count),
        }
    }
}

/// `shared`, `per-core` or a number.
impl FromStr for Workers {
    type Err = WorkersError;

    fn from_str(text: &str) -> Result<Self, WorkersError> {
        match text {
            "shared" => Ok(Self::Shared),
            "per-core" => Ok(Self::PerCore),
            count => count.parse().map(Self::Separate).map_err(|_| WorkersError),
        }
    }
}

/// A text that says nothing about workers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkersError;

impl fmt::Display for WorkersError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("workers are `shared`, `per-core`, or a number from 1")
    }
}

impl std::error::Error for WorkersError {}

/// Serves each set of sockets on a thread of its own, until all of them have ended.
pub(super) async fn serve_separately(
    sets: Vec<Vec<Bound>>,
    service: Service,
    config: ConnectionConfig,
    mut shutdown: Shutdown,
) -> io::Result<ShutdownReport> {
    let (done, mut ends) = mpsc::unbounded_channel();
    let mut stops = Vec::new();
    for (index, set) in sets.into_iter().enumerate() {
        let (stop, mut asked) = mpsc::unbounded_channel();
        stops.push(stop);
        // With nobody left to ask, as when the server's future is dropped, it is time to go as well.
        let shutdown = Shutdown::poll_fn(move |context| {
            let reason = asked.poll_recv(context);
            reason.map(|reason| reason.unwrap_or(Reason::Asked))
        });
        let (service, config, done) = (service.clone(), config.clone(), done.clone());
        thread::Builder::new()
            .name(format!("avocet-{index}"))
            .spawn(move || {
                // Nobody listens any more if the server's future was dropped.
                let _ = done.send(worker(set, service, config, shutdown));
            })?;
    }
    drop(done);
    let mut sum = ShutdownReport {
        finished: 0,
        cut: 0,
        cut_tasks: 0,
    };
    loop {
        tokio::select! {
            biased;
            end = ends.recv() => match end {
                Some(Ok(drained)) => {
                    sum.finished += drained.finished;
                    sum.cut += drained.cut;
                    sum.cut_tasks += drained.cut_tasks;
                }
                Some(Err(error)) => return Err(error),
                None => return Ok(sum),
            },
            reason = shutdown.requested() => for stop in &stops {
                // One that has ended already does not hear it.
                let _ = stop.send(reason);
            },
        }
    }
}

fn worker(
    set: Vec<Bound>,
    service: Service,
    config: ConnectionConfig,
    shutdown: Shutdown,
) -> io::Result<ShutdownReport> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let drained = runtime.block_on(async {
        let open = set
            .into_iter()
            .map(Bound::open)
            .collect::<io::Result<_>>()?;
        Ok(serve(Listeners::new(open), service, config, shutdown).await)
    });
    // The drain has waited as long as it may; dropping the runtime would wait for every thread that blocks.
    runtime.shutdown_background();
    drained
}
