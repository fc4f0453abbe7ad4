//! The runtimes that serve connections: one over all cores, or one for each.

use std::fmt;
use std::io;
use std::num::NonZeroUsize;
use std::str::FromStr;
use std::thread;

use tokio::sync::mpsc;

use crate::accept::accept_loop::{ShutdownReport, serve};
use crate::connection::connection_config::ConnectionConfig;
use crate::exchange::http_app::HttpApp;
use crate::listen::listener::{Bound, Listeners};
use crate::shutdown::{Reason, Shutdown};

/// The runtimes that serve connections.
///
/// [`Shared`](Self::Shared) is right in nearly all cases: an idle core takes work from the others, so that a slow request
/// delays no other request. With separate workers, a connection and all its work stay on the worker that accepted it:
/// that is for machines of many cores with many more connections, all of them alike. On two cores it was not faster: 4.1 µs of
/// CPU for a small request against 3.7 shared (medians of eight runs in turn, 64 connections). Measure before choosing it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Workers {
    /// The runtime that the server is started in, which usually has one thread for each core.
    #[default]
    Shared,
    /// A single-threaded runtime for each core, each with its own listening socket; the system divides the connections among
    /// the sockets.
    PerCore,
    /// The same with this number of runtimes, whatever the number of cores. All limits apply to the workers together.
    Separate(NonZeroUsize),
}

impl Workers {
    /// Returns the number of runtimes to create, or `None` for the current one.
    pub(crate) fn separate(self) -> Option<NonZeroUsize> {
        match self {
            Self::Shared => None,
            Self::PerCore => Some(thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)),
            Self::Separate(count) => Some(count),
        }
    }
}

/// Parses `shared`, `per-core` or a number.
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

/// The error for a text that is not a valid `Workers` value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkersError;

impl fmt::Display for WorkersError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("workers are `shared`, `per-core`, or a number from 1")
    }
}

impl std::error::Error for WorkersError {}

/// Serves each set of sockets on its own thread, until all of them have ended.
pub(crate) async fn serve_separately<A: HttpApp>(
    sets: Vec<Vec<Bound>>,
    app: A,
    config: ConnectionConfig,
    mut shutdown: Shutdown,
) -> io::Result<ShutdownReport> {
    let (done, mut ends) = mpsc::unbounded_channel();
    let mut stops = Vec::new();
    for (index, set) in sets.into_iter().enumerate() {
        let (stop, mut asked) = mpsc::unbounded_channel();
        stops.push(stop);
        // A closed channel means that the server's future was dropped: then the worker stops as well.
        let shutdown = Shutdown::poll_fn(move |context| {
            let reason = asked.poll_recv(context);
            reason.map(|reason| reason.unwrap_or(Reason::Asked))
        });
        let (app, config, done) = (app.clone(), config.clone(), done.clone());
        thread::Builder::new()
            .name(format!("avocet-{index}"))
            .spawn(move || {
                // The receiver is gone if the server's future was dropped.
                let _ = done.send(worker(set, app, config, shutdown));
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
                // A worker that has ended has dropped its receiver.
                let _ = stop.send(reason);
            },
        }
    }
}

fn worker<A: HttpApp>(
    set: Vec<Bound>,
    app: A,
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
        Ok(serve(Listeners::new(open), app, config, shutdown).await)
    });
    // The drain deadline is over; dropping the runtime would wait for every blocking thread.
    runtime.shutdown_background();
    drained
}
