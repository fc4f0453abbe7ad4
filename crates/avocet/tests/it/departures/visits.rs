//! Visits by clients that disconnect, and the check for leaked resources.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use avocet::serve::Limits;
use bytes::Bytes;
use http::Request;
use http_body_util::Empty;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::PATIENCE;
use super::board::{BOARD, QUEUE, SLOT_COUNT, SLOTS, Visit};
use super::client::{Client, Endless, Leaving, Stream};
use super::leftovers::{Leftovers, open_uploads};
use super::routes::{app, router};
use crate::served::{Served, Target};

/// The number of concurrent visitors.
const VISITORS: u64 = 8;

/// The phase in which a client disconnects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    Connecting,
    InHead,
    InBody,
    InUpload,
    Queued,
    Running,
    BeforeFirstItem,
    InStream,
    InProduced,
    WithTasks,
    Detached,
    Idle,
    Http2InBody,
    Http2Queued,
    Http2Running,
    Http2BeforeFirstItem,
    Http2InStream,
}

const PHASES: [Phase; 17] = [
    Phase::Connecting,
    Phase::InHead,
    Phase::InBody,
    Phase::InUpload,
    Phase::Queued,
    Phase::Running,
    Phase::BeforeFirstItem,
    Phase::InStream,
    Phase::InProduced,
    Phase::WithTasks,
    Phase::Detached,
    Phase::Idle,
    Phase::Http2InBody,
    Phase::Http2Queued,
    Phase::Http2Running,
    Phase::Http2BeforeFirstItem,
    Phase::Http2InStream,
];

/// Returns the phases of a target.
fn phases(target: Target) -> Vec<Phase> {
    // Uploads, producers, tasks and detached handlers are Avocet's, and not axum's.
    let avocets = [
        Phase::InUpload,
        Phase::InProduced,
        Phase::WithTasks,
        Phase::Detached,
    ];
    let mut phases = PHASES.to_vec();
    phases.retain(|phase| target != Target::Axum || !avocets.contains(phase));
    phases
}

/// Unread bytes after a request.
const BEHIND: [&str; 4] = [
    "",
    "\r\n",
    "GET /quick HTTP/1.1\r\nhost: x\r\n\r\n",
    "GET /qui",
];

/// What a client does between its handler's start and its disconnect.
#[derive(Clone, Copy)]
enum First {
    Nothing,
    /// Sends bytes that stay unread after its request.
    Sends(&'static str),
    /// Has received an item of the stream.
    Receives,
    /// Waits until a part of its upload is in a temporary file.
    Spools,
}

/// Pseudo-random numbers, the same in every run.
struct Dice(u64);

impl Dice {
    /// `SplitMix64`, which is sufficient here.
    fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.number() % limit as u64).expect("below a limit that is one")
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }
}

/// The time from each disconnect to the release of all resources, by phase.
type Log = Arc<Mutex<BTreeMap<Phase, Vec<Duration>>>>;

pub(super) async fn run(target: Target, count: u64, seed: u64) {
    let server = Served::start_target(target, Limits::default(), app(), router()).await;
    let phases = phases(target);
    let address = server.address;
    ping(address).await;
    let queue = QUEUE.acquire().await.expect("an open queue");
    settle("before anything", |_| {
        BOARD.live.load(Ordering::SeqCst) == 0
    })
    .await;
    let before = Leftovers::count();

    let log = Log::default();
    let next = Arc::new(AtomicU64::new(0));
    let mut visitors = JoinSet::new();
    for _ in 0..VISITORS {
        let (log, next, phases) = (Arc::clone(&log), Arc::clone(&next), phases.clone());
        visitors.spawn(async move {
            loop {
                let id = next.fetch_add(1, Ordering::SeqCst);
                if id >= count {
                    return;
                }
                let mut dice = Dice(seed.wrapping_mul(1_000_003).wrapping_add(id));
                // Every phase in turn, everything else at random.
                let phase = phases[usize::try_from(id).expect("a small number") % phases.len()];
                let taken = visit(address, phase, BOARD.visit(id), &mut dice).await;
                BOARD.forget(id);
                let mut log = log.lock().expect("no panic");
                log.entry(phase).or_default().extend(taken);
            }
        });
    }
    while let Some(visitor) = visitors.join_next().await {
        visitor.expect("a visit without a defect");
    }

    settle("of all that left", |now| {
        *now == before && BOARD.live.load(Ordering::SeqCst) == 0
    })
    .await;
    assert_eq!(SLOTS.available_permits(), SLOT_COUNT);
    drop(queue);
    assert_eq!(QUEUE.available_permits(), 1);
    let log = std::mem::take(&mut *log.lock().expect("no panic"));
    let detached = log.get(&Phase::Detached).map_or(0, Vec::len);
    assert_eq!(BOARD.finished.load(Ordering::SeqCst), detached);
    ping(address).await;
    let drained = server.drained().await;
    assert_eq!(drained.cut, 0);
    report(&log, &phases, count, seed, &before);
}

async fn ping(address: SocketAddr) {
    let mut client = Client::connect(address).await;
    client
        .send("GET /quick HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        .await;
    client.read_until("quick").await;
}

/// Waits until the process holds no more than it should.
async fn settle(what: &str, settled: impl Fn(&Leftovers) -> bool) {
    let waiting = async {
        while !settled(&Leftovers::count()) {
            sleep(Duration::from_millis(5)).await;
        }
    };
    if timeout(PATIENCE, waiting).await.is_err() {
        let live = BOARD.live.load(Ordering::SeqCst);
        panic!("{what}: {live} guards, {:?}", Leftovers::count());
    }
}

/// Runs one client, and returns the time until the server released its resources, if a handler can report it.
async fn visit(
    address: SocketAddr,
    phase: Phase,
    visit: Visit,
    dice: &mut Dice,
) -> Option<Duration> {
    let id = visit.id;
    let get = |path: &str| format!("GET {path}?id={id} HTTP/1.1\r\nhost: x\r\n\r\n");
    let behind = First::Sends(dice.one(&BEHIND));
    match phase {
        Phase::Connecting | Phase::InHead | Phase::Idle => {
            before_a_handler(address, phase, &get("/running"), dice).await;
            Some(Duration::ZERO)
        }
        Phase::InBody => {
            let length = 1 + dice.below(300_000);
            let sent = "7".repeat(dice.below(length));
            let request = post(&format!("/json?id={id}"), "application/json", length, &sent);
            leave(address, request, visit, dice, First::Nothing).await
        }
        Phase::InUpload => {
            let part =
                "--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n";
            // More than fits in memory.
            let sent = part.to_owned() + &"x".repeat((1 << 20) + 400_000 + dice.below(1 << 21));
            let kind = "multipart/form-data; boundary=b";
            let request = post(&format!("/upload?id={id}"), kind, 8 << 20, &sent);
            leave(address, request, visit, dice, First::Spools).await
        }
        Phase::Queued => leave(address, get("/queued"), visit, dice, behind).await,
        Phase::Running => leave(address, get("/running"), visit, dice, behind).await,
        Phase::BeforeFirstItem => leave(address, get("/unbegun"), visit, dice, behind).await,
        Phase::InStream => leave(address, get("/stream"), visit, dice, First::Receives).await,
        Phase::InProduced => leave(address, get("/produced"), visit, dice, First::Receives).await,
        Phase::WithTasks => leave(address, get("/tasks"), visit, dice, behind).await,
        Phase::Detached => leave(address, get("/detached"), visit, dice, behind).await,
        Phase::Http2InBody => {
            let request = Request::post(format!("http://x/json?id={id}"))
                .header("content-type", "application/json")
                .body(Endless(Some("[1, 2".into())))
                .expect("a request");
            let stream = Stream::open(address, request).await;
            // hyper's client cancels a request only together with its body.
            leave_stream(stream, visit, false).await
        }
        Phase::Http2Queued => over_http2(address, "/queued", visit, dice).await,
        Phase::Http2Running => over_http2(address, "/running", visit, dice).await,
        Phase::Http2BeforeFirstItem => over_http2(address, "/unbegun", visit, dice).await,
        Phase::Http2InStream => over_http2(address, "/stream", visit, dice).await,
    }
}

/// Returns a request whose body may be shorter than its content length.
fn post(target: &str, kind: &str, length: usize, sent: &str) -> String {
    format!(
        "POST {target} HTTP/1.1\r\nhost: x\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\n\r\n{sent}"
    )
}

/// Disconnects in the phases before a handler runs.
async fn before_a_handler(address: SocketAddr, phase: Phase, head: &str, dice: &mut Dice) {
    let mut client = Client::connect(address).await;
    match phase {
        Phase::Idle => {
            for _ in 0..=dice.below(3) {
                client.send("GET /quick HTTP/1.1\r\nhost: x\r\n\r\n").await;
                client.read_until("quick").await;
            }
        }
        Phase::InHead => {
            client.send(&head[..=dice.below(head.len() - 2)]).await;
            // A connection that gets a response was accepted later.
            ping(address).await;
        }
        _ if dice.below(2) == 0 => ping(address).await,
        _ => {}
    }
    let leaving = dice.one(&[Leaving::Close, Leaving::Reset]);
    client.leave(leaving).await;
}

async fn over_http2(
    address: SocketAddr,
    path: &str,
    visit: Visit,
    dice: &mut Dice,
) -> Option<Duration> {
    let request = Request::get(format!("http://x{path}?id={}", visit.id))
        .body(Empty::<Bytes>::new())
        .expect("a request");
    let stream = Stream::open(address, request).await;
    leave_stream(stream, visit, dice.below(3) > 0).await
}

/// Sends a request, waits until the handler reports that it reached its point, and disconnects.
async fn leave(
    address: SocketAddr,
    request: String,
    visit: Visit,
    dice: &mut Dice,
    first: First,
) -> Option<Duration> {
    let mut client = Client::connect(address).await;
    client.send(request).await;
    within("the handler's start", visit.reached).await;
    match first {
        First::Nothing => {}
        First::Sends(bytes) => client.send(bytes).await,
        First::Receives => client.read_until("data:").await,
        First::Spools => {
            let open = async {
                while open_uploads() == 0 {
                    sleep(Duration::from_millis(1)).await;
                }
            };
            timeout(PATIENCE, open).await.expect("a temporary file");
        }
    }
    let mut leaving = dice.one(&[Leaving::Close, Leaving::Reset, Leaving::HalfClose]);
    if matches!((first, leaving), (First::Receives, Leaving::HalfClose)) {
        // A stream continues for a client that may still read, until it disconnects.
        client.close_side().await;
        client.read_until("data:").await;
        client.read_until("data:").await;
        leaving = dice.one(&[Leaving::Close, Leaving::Reset]);
    }
    let left = Instant::now();
    let _still_here = client.leave(leaving).await;
    let gone = within("the handler's end", visit.gone).await;
    Some(gone - left)
}

async fn leave_stream(stream: Stream, visit: Visit, reset: bool) -> Option<Duration> {
    within("the handler's start", visit.reached).await;
    let left = Instant::now();
    let gone = if reset {
        stream.reset();
        let gone = within("the handler's end", visit.gone).await;
        stream.close().await;
        gone
    } else {
        stream.close().await;
        within("the handler's end", visit.gone).await
    };
    Some(gone - left)
}

async fn within<T>(what: &str, event: tokio::sync::oneshot::Receiver<T>) -> T {
    let event = timeout(PATIENCE, event).await;
    event
        .unwrap_or_else(|_| panic!("no sign of {what}"))
        .unwrap_or_else(|_| panic!("{what} was never told"))
}

/// Prints a summary of a long run; the test asserts nothing about time.
fn report(
    log: &BTreeMap<Phase, Vec<Duration>>,
    phases: &[Phase],
    count: u64,
    seed: u64,
    left: &Leftovers,
) {
    eprintln!("{count} departures, seed {seed}; left as before: {left:?}");
    for (phase, taken) in log {
        let mut taken = taken.clone();
        taken.sort();
        let (middle, longest) = (taken[taken.len() / 2], taken[taken.len() - 1]);
        eprintln!(
            "{phase:?}: {} times, half within {middle:.1?}, all within {longest:.1?}",
            taken.len()
        );
    }
    let hit = phases.iter().all(|phase| log.contains_key(phase));
    assert!(
        hit || count < phases.len() as u64,
        "a phase was never left: {log:?}"
    );
}
