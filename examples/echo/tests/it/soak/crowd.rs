//! The clients of the soak test and their frequency.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::sleep;

use super::visits;
use crate::client::Way;
use crate::mutations::{Chance, seeds};
use crate::target::Target;

/// The kind of a client.
#[derive(Clone, Copy, Debug)]
enum Kind {
    KeptAlive,
    Events,
    Lines,
    WebSocket,
    Upload,
    Http2,
    Idle,
    SlowHead,
    SlowBody,
    SlowReader,
    ClosedWindow,
    Leaving,
    Malformed,
}

impl Kind {
    /// Whether it waits until the server closes the connection.
    fn is_slow(self) -> bool {
        use Kind::{ClosedWindow, Idle, SlowBody, SlowHead, SlowReader};
        matches!(self, Idle | SlowHead | SlowBody | SlowReader | ClosedWindow)
    }

    /// Whether the target has its routes.
    fn is_served_by(self, target: Target) -> bool {
        target != Target::Axum || !matches!(self, Self::WebSocket | Self::Upload)
    }
}

/// The number of concurrent clients of each kind.
const CROWD: &[(Kind, usize)] = &[
    (Kind::KeptAlive, 4),
    (Kind::Events, 4),
    (Kind::Lines, 2),
    (Kind::WebSocket, 4),
    (Kind::Upload, 2),
    (Kind::Http2, 3),
    (Kind::Idle, 6),
    (Kind::SlowHead, 4),
    (Kind::SlowBody, 4),
    (Kind::SlowReader, 4),
    (Kind::ClosedWindow, 2),
    (Kind::Leaving, 6),
    (Kind::Malformed, 3),
];

/// The maximum pause between two visits of one client, in milliseconds.
const PAUSE: usize = 200;

pub(super) struct Crowd(Vec<Client>);

struct Client {
    kind: Kind,
    visits: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

impl Crowd {
    /// Starts clients that visit repeatedly until `stop`.
    pub(super) fn gather(target: Target, way: &Way, seed: u64, stop: &Arc<AtomicBool>) -> Self {
        let everybody = CROWD
            .iter()
            .filter(|(kind, _)| kind.is_served_by(target))
            .flat_map(|&(kind, count)| (0..count).map(move |_| kind));
        let clients = everybody.enumerate().map(|(index, kind)| {
            let index = u64::try_from(index).expect("a small number");
            let chance = Chance(seed << 16 | index);
            let visits = Arc::<AtomicUsize>::default();
            let client = client(
                kind,
                target,
                way.clone(),
                chance,
                Arc::clone(&visits),
                Arc::clone(stop),
            );
            Client {
                kind,
                visits,
                task: tokio::spawn(client),
            }
        });
        Self(clients.collect())
    }

    /// Returns whether a client failed because of a wrong response.
    pub(super) fn has_lost_somebody(&self) -> bool {
        self.0.iter().any(|client| client.task.is_finished())
    }

    /// Waits until all clients have finished.
    pub(super) async fn gone(self) -> Visits {
        let mut visits: Vec<_> = CROWD.iter().map(|&(kind, _)| (kind, 0)).collect();
        for Client {
            kind,
            visits: count,
            task,
        } in self.0
        {
            if kind.is_slow() {
                // It would wait for a limit.
                task.abort();
            }
            let outcome = task.await;
            assert!(
                !outcome.is_err_and(|error| error.is_panic()),
                "a client was not treated as it should be"
            );
            visits[kind as usize].1 += count.load(Ordering::Relaxed);
        }
        Visits(visits)
    }
}

async fn client(
    kind: Kind,
    target: Target,
    way: Way,
    mut chance: Chance,
    visits: Arc<AtomicUsize>,
    stop: Arc<AtomicBool>,
) {
    let seeds = seeds();
    while !stop.load(Ordering::Relaxed) {
        let (way, chance) = (&way, &mut chance);
        match kind {
            Kind::KeptAlive => visits::kept_alive(way, chance).await,
            Kind::Events => visits::stream(way, chance, "/sse").await,
            Kind::Lines => visits::stream(way, chance, "/jsonl").await,
            Kind::WebSocket => visits::websocket(way, chance).await,
            Kind::Upload => visits::upload(way, chance).await,
            Kind::Http2 => visits::http2(way, chance).await,
            Kind::Idle => visits::idle(way).await,
            Kind::SlowHead => visits::slow_head(way).await,
            Kind::SlowBody => visits::slow_body(target, way).await,
            Kind::SlowReader => visits::slow_reader(way).await,
            Kind::ClosedWindow => visits::closed_window(way).await,
            Kind::Leaving => visits::leaving(target, way, chance).await,
            Kind::Malformed => visits::malformed(way, chance, &seeds).await,
        }
        visits.fetch_add(1, Ordering::Relaxed);
        sleep(Duration::from_millis(chance.below(PAUSE) as u64)).await;
    }
}

/// The number of visits of each kind.
pub(super) struct Visits(Vec<(Kind, usize)>);

impl fmt::Display for Visits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("visits")?;
        self.0
            .iter()
            .try_for_each(|(kind, count)| write!(f, ", {kind:?} {count}"))
    }
}
