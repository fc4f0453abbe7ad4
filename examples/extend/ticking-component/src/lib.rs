//! A component with a thread: a clock that handlers read.
//!
//! A model, a sensor or a driver that blocks its thread is written in the same way.

// ANCHOR: component
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use avocet::lifecycle::{Component, Start};
use avocet::response::BodyError;

/// Counts on a thread. Handlers receive a clone with `#[state]`.
///
/// ```
/// use std::time::Duration;
///
/// let clock = ticking_component::Clock::new(Duration::from_millis(10));
/// let app = avocet::App::new("Clock", "1.0.0").component(clock);
/// ```
#[derive(Clone, Debug)]
pub struct Clock {
    period: Duration,
    ticks: Arc<AtomicU64>,
    running: Arc<Mutex<Option<Running>>>,
}

/// The sender, whose drop ends the thread, and the thread.
type Running = (Sender<()>, JoinHandle<()>);

impl Clock {
    /// Creates a clock that does not run yet.
    pub fn new(period: Duration) -> Self {
        Self {
            period,
            ticks: Arc::default(),
            running: Arc::default(),
        }
    }

    /// Returns the number of periods since the start.
    pub fn ticks(&self) -> u64 {
        self.ticks.load(Ordering::Relaxed)
    }

    fn running(&self) -> Option<Running> {
        self.running
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }
}

impl Component for Clock {
    fn name(&self) -> &'static str {
        "clock"
    }

    async fn start(&self, _: &Start) -> Result<(), BodyError> {
        let (stop, stopped) = mpsc::channel();
        let (period, ticks) = (self.period, Arc::clone(&self.ticks));
        let thread = thread::Builder::new()
            .name("clock".to_owned())
            .spawn(move || {
                while stopped.recv_timeout(period) == Err(RecvTimeoutError::Timeout) {
                    ticks.fetch_add(1, Ordering::Relaxed);
                }
            })?;
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        *running = Some((stop, thread));
        Ok(())
    }

    async fn ready(&self) -> Result<(), String> {
        match self.ticks() {
            0 => Err("it has not ticked yet".to_owned()),
            _ => Ok(()),
        }
    }

    async fn stop(&self) {
        let Some((stop, thread)) = self.running() else {
            return;
        };
        drop(stop);
        // The thread ends at once, but a join blocks.
        let joined = tokio::task::spawn_blocking(|| thread.join()).await;
        if !matches!(joined, Ok(Ok(()))) {
            tracing::warn!("the clock's thread panicked");
        }
    }
}
// ANCHOR_END: component

#[cfg(test)]
mod tests {
    use avocet::observe::Health;
    use avocet::prelude::*;
    use avocet::testing::TestClient;

    use super::*;

    #[get("/ticks")]
    async fn ticks(#[state] clock: Clock) -> u64 {
        clock.ticks()
    }

    #[tokio::test]
    async fn the_clock_runs_from_start_to_stop() {
        let clock = Clock::new(Duration::from_millis(1));
        let app = App::new("Clock", "1.0.0")
            .health(Health::new())
            .component(clock.clone())
            .routes(routes![ticks]);
        let client = TestClient::start(app.build().expect("it builds")).await;
        let client = client.expect("a start");
        while client.get("/ticks").send().await.json::<u64>().await == 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        assert_eq!(client.get("/ready").send().await.status(), 200);
        client.stop().await;
        let after = clock.ticks();
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert_eq!(clock.ticks(), after);
    }

    #[tokio::test]
    async fn a_clock_that_has_not_ticked_is_not_ready() {
        let app = App::new("Clock", "1.0.0").health(Health::new());
        let app = app.component(Clock::new(Duration::from_secs(3600)));
        let client = TestClient::start(app.build().expect("it builds")).await;
        let client = client.expect("a start");
        assert_eq!(client.get("/ready").send().await.status(), 503);
        client.stop().await;
    }
}
