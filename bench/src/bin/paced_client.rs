//! Opens many event streams and measures the gaps between their tokens, and its own lateness, so that a slow client is not mistaken for a
//! slow server.
//!
//! `paced_client --port PORT --streams N --seconds S` prints `BEGIN` when every stream has sent a token, and after S seconds one line of
//! JSON.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use avocet_bench::option;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::task::{LocalSet, spawn_local};
use tokio::time::{interval, sleep};

/// The maximum number of connections being opened at a time; more would overflow the system's accept queue.
const OPENING: usize = 64;

/// The deadline for all streams to begin.
const TO_OPEN: Duration = Duration::from_secs(120);

/// Counts of milliseconds in steps of a tenth, up to ten seconds.
struct Histogram {
    tenths: Vec<u64>,
    count: u64,
}

impl Histogram {
    fn new() -> Self {
        Self {
            tenths: vec![0; 100_001],
            count: 0,
        }
    }

    fn add(&mut self, span: Duration) {
        let tenths = (span.as_micros() / 100) as usize;
        self.tenths[tenths.min(100_000)] += 1;
        self.count += 1;
    }

    fn percentile(&self, percent: u64) -> f64 {
        let mut left = self.count * percent / 100;
        for (tenths, count) in self.tenths.iter().enumerate() {
            if left < *count {
                return tenths as f64 / 10.0;
            }
            left -= count;
        }
        0.0
    }
}

struct Seen {
    begun: usize,
    measuring: bool,
    gaps: Histogram,
    lateness: Histogram,
}

type Shared = Rc<RefCell<Seen>>;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    avocet_bench::many_files();
    let (port, streams) = (avocet_bench::port(), option("--streams", 1000) as usize);
    let seen: Shared = Rc::new(RefCell::new(Seen {
        begun: 0,
        measuring: false,
        gaps: Histogram::new(),
        lateness: Histogram::new(),
    }));
    let run = async {
        spawn_local(own_lateness(Rc::clone(&seen)));
        let opening = Rc::new(Semaphore::new(OPENING));
        for _ in 0..streams {
            spawn_local(follow(port, Rc::clone(&seen), Rc::clone(&opening)));
        }
        let begun = Instant::now();
        while seen.borrow().begun < streams {
            if begun.elapsed() > TO_OPEN {
                let open = seen.borrow().begun;
                give_up(&format!("{open} of {streams} streams have begun"));
            }
            sleep(Duration::from_millis(50)).await;
        }
        sleep(Duration::from_secs(2)).await;
        println!("BEGIN");
        seen.borrow_mut().measuring = true;
        sleep(Duration::from_secs(option("--seconds", 5).into())).await;
        seen.borrow_mut().measuring = false;
        let seen = seen.borrow();
        println!(
            r#"{{"tokens":{},"p50_ms":{},"p99_ms":{},"own_lateness_p99_ms":{}}}"#,
            seen.gaps.count,
            seen.gaps.percentile(50),
            seen.gaps.percentile(99),
            seen.lateness.percentile(99)
        );
    };
    let streams = LocalSet::new();
    streams.run_until(run).await;
    // The parent process inspects the server before the streams end.
    let _ = std::io::stdin().lines().next();
}

/// Aborts a broken measurement: prints the reason instead of the result.
fn give_up(why: &str) -> ! {
    println!("{why}");
    std::process::exit(1);
}

/// Measures how late this program itself wakes up.
async fn own_lateness(seen: Shared) {
    let mut ticks = interval(Duration::from_millis(10));
    loop {
        let asked = ticks.tick().await;
        let mut seen = seen.borrow_mut();
        if seen.measuring {
            seen.lateness.add(asked.elapsed());
        }
    }
}

async fn follow(port: u16, seen: Shared, opening: Rc<Semaphore>) {
    let mut permit = Some(opening.acquire().await.expect("it stays open"));
    let socket = TcpStream::connect(("127.0.0.1", port)).await;
    let socket = socket.unwrap_or_else(|error| give_up(&format!("no connection: {error}")));
    let request = b"GET /paced HTTP/1.1\r\nhost: localhost\r\naccept: text/event-stream\r\n\r\n";
    let sent = socket.try_write(request).expect("there is room");
    assert_eq!(sent, request.len());
    let mut last: Option<Instant> = None;
    let mut bytes = [0; 1024];
    loop {
        socket.readable().await.expect("it is open");
        let Ok(read) = socket.try_read(&mut bytes) else {
            continue;
        };
        if read == 0 {
            give_up("the server closed a stream");
        }
        let text = &bytes[..read];
        // The field's name, which no token's text contains; a token is one write, and arrives whole.
        let tokens = text.windows(5).filter(|window| window == b"data:").count();
        let now = Instant::now();
        let mut seen = seen.borrow_mut();
        for _ in 0..tokens {
            match last.replace(now) {
                Some(before) if seen.measuring => seen.gaps.add(now - before),
                Some(_) => {}
                None => {
                    seen.begun += 1;
                    drop(permit.take());
                }
            }
        }
    }
}
