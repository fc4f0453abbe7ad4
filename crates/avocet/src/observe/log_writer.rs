//! The queue of log lines and the thread that writes them.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::thread;
use std::time::Duration;

/// How many lines can be queued.
const WAITING: usize = 4096;

/// How long the end of the program waits for the queued lines.
const LAST_LINES: Duration = Duration::from_secs(1);

/// A handle to a writer in a separate thread: a slow or blocked output loses lines, and never blocks the server.
#[derive(Clone, Debug)]
pub(crate) struct LogWriter {
    entries: SyncSender<Entry>,
    lost: Arc<AtomicUsize>,
}

#[derive(Debug)]
enum Entry {
    Line(Vec<u8>),
    /// A request to confirm that all earlier lines are written.
    Flush(SyncSender<()>),
}

impl LogWriter {
    /// Creates a log that is written to `out`. `told` formats the report of lost lines from their number.
    pub(crate) fn to(
        out: impl Write + Send + 'static,
        told: fn(usize) -> String,
    ) -> io::Result<Self> {
        let (entries, waiting) = mpsc::sync_channel(WAITING);
        let lost = Arc::new(AtomicUsize::new(0));
        let log = Self {
            entries,
            lost: Arc::clone(&lost),
        };
        thread::Builder::new()
            .name("log".to_owned())
            .spawn(move || write(&waiting, &lost, told, out))?;
        Ok(log)
    }

    /// Queues a complete line, including its line end.
    pub(crate) fn say(&self, line: Vec<u8>) {
        if self.entries.try_send(Entry::Line(line)).is_err() {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Waits a moment until the queued lines are written.
    pub(crate) fn finish(&self) {
        let (done, written) = mpsc::sync_channel(1);
        if self.entries.try_send(Entry::Flush(done)).is_ok() {
            let _ = written.recv_timeout(LAST_LINES);
        }
    }
}

/// Formats the report of lost lines in a log for people.
pub(crate) fn lines_lost(count: usize) -> String {
    format!("{count} log lines were dropped: the reader of the log was too slow\n")
}

fn write(
    waiting: &Receiver<Entry>,
    lost: &AtomicUsize,
    told: fn(usize) -> String,
    mut out: impl Write,
) {
    for entry in waiting {
        // The output may be closed: a broken pipe must not end the program.
        let _ = match entry {
            Entry::Line(line) => out.write_all(&line).and_then(|()| out.flush()),
            Entry::Flush(done) => done.try_send(()).map_err(io::Error::other),
        };
        match lost.swap(0, Ordering::Relaxed) {
            0 => {}
            count => {
                let told = told(count);
                let _ = out.write_all(told.as_bytes()).and_then(|()| out.flush());
            }
        }
    }
}

/// Receives a complete line per call, as subscribers write them.
impl Write for LogWriter {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.say(line.to_owned());
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::Sender;

    use super::*;

    /// A test writer that blocks until it is released, and reports what it wrote.
    struct Reader {
        go_on: Receiver<()>,
        read: Sender<String>,
    }

    impl Write for Reader {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let _ = self.go_on.recv();
            let _ = self.read.send(String::from_utf8_lossy(bytes).into_owned());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_reader_that_stands_still_costs_lines_and_holds_nobody_up() {
        let (let_go, go_on) = mpsc::channel();
        let (read, lines) = mpsc::channel();
        let mut log = LogWriter::to(Reader { go_on, read }, lines_lost).expect("a thread");
        for number in 0..2 * WAITING {
            log.write_all(format!("{number}\n").as_bytes())
                .expect("it never fails");
        }
        drop(let_go);
        assert_eq!(lines.recv().as_deref(), Ok("0\n"));
        let told = lines
            .iter()
            .find(|line| line.ends_with("the reader of the log was too slow\n"));
        let count: usize = told
            .and_then(|told| told.split(' ').next()?.parse().ok())
            .expect("a number");
        assert!((WAITING - 1..=WAITING).contains(&count), "{count}");
    }

    #[test]
    fn the_end_waits_for_what_was_said() {
        let (let_go, go_on) = mpsc::channel();
        let (read, lines) = mpsc::channel();
        let mut log = LogWriter::to(Reader { go_on, read }, lines_lost).expect("a thread");
        log.write_all(b"last\n").expect("it never fails");
        drop(let_go);
        log.finish();
        assert_eq!(lines.try_recv().as_deref(), Ok("last\n"));
    }
}
