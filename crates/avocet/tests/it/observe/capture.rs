//! Captures everything that is logged on this thread, at every level.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::{sleep, timeout};
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::layer::SubscriberExt;

/// The captured log.
#[derive(Clone, Default)]
pub(crate) struct Written(Arc<Mutex<Vec<u8>>>);

impl Written {
    pub(crate) fn text(&self) -> String {
        let bytes = self.0.lock().expect("no thread panicked").clone();
        String::from_utf8(bytes).expect("text")
    }

    /// Waits for this many lines from a separate thread, and returns the log.
    pub(crate) async fn lines(&self, count: usize) -> String {
        let enough = async {
            loop {
                let text = self.text();
                if text.matches('\n').count() >= count {
                    return text;
                }
                sleep(Duration::from_millis(1)).await;
            }
        };
        let enough = timeout(Duration::from_secs(60), enough).await;
        enough.unwrap_or_else(|_| panic!("{count} lines in {}", self.text()))
    }
}

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no thread panicked").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Written {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// Captures the log of this thread, including span open and close events, until the guard is dropped.
pub(crate) fn logs() -> (Written, DefaultGuard) {
    let written = Written::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(FmtSpan::NEW | FmtSpan::CLOSE)
        .with_ansi(false)
        .without_time()
        .with_writer(written.clone())
        .finish();
    (written, tracing::subscriber::set_default(subscriber))
}

/// Captures only the events and spans with this target.
pub(crate) fn logs_of(target: &str) -> (Written, DefaultGuard) {
    let written = Written::default();
    let layer = tracing_subscriber::fmt::layer()
        .with_ansi(false)
        .without_time()
        .with_writer(written.clone());
    let targets = Targets::new().with_target(target, tracing::Level::TRACE);
    let subscriber = tracing_subscriber::registry().with(layer).with(targets);
    (written, tracing::subscriber::set_default(subscriber))
}
