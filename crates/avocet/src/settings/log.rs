//! The log of a program: lines on their way to standard error.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::thread;
use std::time::Duration;

/// How many lines may wait to be written.
const WAITING: usize = 4096;

/// How long the end of the program waits for them.
const LAST_LINES: Duration = Duration::from_secs(1);

/// The way to standard error, by a thread of its own: a reader that stands still costs lines, and never stops the server.
#[derive(Clone, Debug)]
pub(super) struct Log {
    entries: SyncSender<Entry>,
    lost: Arc<AtomicUsize>,
}

#[derive(Debug)]
enum Entry {
    Line(Vec<u8>),
    /// Somebody waits until all lines before this are written.
    Flush(SyncSender<()>),
}

impl Log {
    /// A log that is written to `out`.
    pub(super) fn to(out: impl Write + Send + 'static) -> io::Result<Self> {
        let (entries, waiting) = mpsc::sync_channel(WAITING);
        let lost = Arc::new(AtomicUsize::new(0));
        let log = Self {
            entries,
            lost: Arc::clone(&lost),
        };
        thread::Builder::new()
            .name("log".to_owned())
            .spawn(move || write(&waiting, &lost, out))?;
        Ok(log)
    }

    /// Waits a moment for what was said to be written.
    pub(super) fn finish(&self) {
        let (done, written) = mpsc::sync_channel(1);
        if self.entries.try_send(Entry::Flush(done)).is_ok() {
            let _ = written.recv_timeout(LAST_LINES);
        }
    }
}

fn write(waiting: &Receiver<Entry>, lost: &AtomicUsize, mut out: impl Write) {
    for entry in waiting {
        // Standard error may be gone: a pipe whose reader has left must not end the program.
        let _ = match entry {
            Entry::Line(line) => out.write_all(&line),
            Entry::Flush(done) => done.try_send(()).map_err(io::Error::other),
        };
        match lost.swap(0, Ordering::Relaxed) {
            0 => {}
            count => {
                let told = format!("{count} lines of the log are lost: nobody read them in time\n");
                let _ = out.write_all(told.as_bytes());
            }
        }
    }
}

/// Takes a whole line at a time, as a subscriber writes them.
impl Write for Log {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.entries.try_send(Entry::Line(line.to_owned())).is_err() {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
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

    /// Writes when it is let, and says what.
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
        let mut log = Log::to(Reader { go_on, read }).expect("a thread");
        for number in 0..2 * WAITING {
            log.write_all(format!("{number}\n").as_bytes())
                .expect("it never fails");
        }
        drop(let_go);
        assert_eq!(lines.recv().as_deref(), Ok("0\n"));
        let told = lines
            .iter()
            .find(|line| line.ends_with("nobody read them in time\n"));
        let count: usize = told
            .and_then(|told| told.split(' ').next()?.parse().ok())
            .expect("a number");
        assert!((WAITING - 1..=WAITING).contains(&count), "{count}");
    }

    #[test]
    fn the_end_waits_for_what_was_said() {
        let (let_go, go_on) = mpsc::channel();
        let (read, lines) = mpsc::channel();
        let mut log = Log::to(Reader { go_on, read }).expect("a thread");
        log.write_all(b"last\n").expect("it never fails");
        drop(let_go);
        log.finish();
        assert_eq!(lines.try_recv().as_deref(), Ok("last\n"));
    }
}
