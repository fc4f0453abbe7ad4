//! What a connection is doing, as far as its time limits care.
//!
//! hyper has one clock for the head of a request and runs it while a kept-alive connection is idle as
//! well, so it cannot give the two different limits. We can: the socket tells us when bytes come and go,
//! and the service tells us when a request begins and an answer ends.
//!
//! Nobody resets a timer for any of that. The facts are stored, and the connection's task looks at them
//! when its one alarm rings; it then sleeps until the next moment at which anything could be overdue.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Waker};
use std::time::Duration;

use tokio::time::Instant;

use crate::serve::connection::open_count::OpenCount;
use crate::serve::connection::progress::{Phase, Progress};
use crate::serve::exchange::rejection::ServerRejection;
use crate::serve::io::unread::Unread;
use crate::serve::limits::Limits;

/// The facts, shared by the socket, the requests and the task of one connection.
#[derive(Debug)]
pub(in crate::serve) struct Activity {
    /// When the connection was accepted; the moments below count from here.
    origin: Instant,
    /// How many halves of exchanges are open: a request body not yet read, an answer not yet given.
    open: OpenCount,
    /// Whether the client has begun to send the head of a request.
    in_head: AtomicBool,
    /// Whether the connection belongs to another protocol from now on.
    foreign: AtomicBool,
    /// With nothing open: since when.
    since: AtomicU64,
    /// Since when the client has taken none of the bytes that wait for it, or `NEVER`.
    stalled: AtomicU64,
    /// How many pieces of answers were given to HTTP/2 streams that have not asked for the next one.
    pieces: AtomicUsize,
    /// When such a stream last asked for its next piece; with no pieces out, it says nothing.
    moved: AtomicU64,
    /// Whether the server is stopping: an answer is the last of its connection.
    leaving: AtomicBool,
    /// What is left of a request's body that was given up before its end.
    unread: Unread,
    /// How far the exchange of an HTTP/1 connection is.
    progress: Progress,
    /// The request that is rejected in place of being read, if there is one: which it is, and why.
    rejected: OnceLock<(u64, ServerRejection)>,
}

const NEVER: u64 = u64::MAX;

impl Activity {
    /// A connection just accepted: its first request is due.
    pub(in crate::serve) fn new() -> Arc<Self> {
        Arc::new(Self {
            origin: Instant::now(),
            open: OpenCount::default(),
            in_head: AtomicBool::new(true),
            foreign: AtomicBool::new(false),
            since: AtomicU64::new(0),
            stalled: AtomicU64::new(NEVER),
            pieces: AtomicUsize::new(0),
            leaving: AtomicBool::new(false),
            moved: AtomicU64::new(0),
            unread: Unread::default(),
            progress: Progress::default(),
            rejected: OnceLock::new(),
        })
    }

    /// Marks one half of an exchange as open until the value is dropped.
    pub(in crate::serve) fn open(self: &Arc<Self>) -> Open {
        self.open.increment();
        Open(Arc::clone(self))
    }

    /// The first request is due only from now on: what came before was none.
    #[cfg(feature = "tls")]
    pub(in crate::serve) fn handshake_over(&self) {
        self.since.store(self.now(), Ordering::Release);
    }

    /// Whether the client is in the middle of the head of a request.
    pub(in crate::serve) fn head(&self, begun: bool) {
        if self.in_head.load(Ordering::Relaxed) != begun {
            self.since.store(self.now(), Ordering::Relaxed);
            self.in_head.store(begun, Ordering::Release);
        }
    }

    /// Since when there is nothing to do, nothing to send and no head of a request in sight.
    pub(in crate::serve) fn idle_since(&self) -> Option<Instant> {
        let busy =
            !self.open.is_zero() || self.in_head.load(Ordering::Acquire) || self.is_stalled();
        let since = Duration::from_millis(self.since.load(Ordering::Acquire));
        (!busy).then(|| self.origin + since)
    }

    /// The connection goes on with another protocol.
    pub(in crate::serve) fn changes_hands(&self) {
        self.foreign.store(true, Ordering::Release);
    }

    /// Whether the bytes behind a request that asks for another protocol are of that one; `None` while the request is not
    /// answered. The task is woken when it is.
    pub(in crate::serve) fn is_foreign(&self, task: &Waker) -> Option<bool> {
        // A change of hands is stored before the exchange ends.
        let is_answered = self.open.is_zero_or_wake(task);
        if self.foreign.load(Ordering::Acquire) {
            return Some(true);
        }
        is_answered.then_some(false)
    }

    /// The client took some bytes that waited for it.
    pub(in crate::serve) fn bytes_written(&self) {
        if self.stalled.load(Ordering::Relaxed) != NEVER {
            self.stalled.store(NEVER, Ordering::Relaxed);
            // The last bytes of an answer leave after the answer ended; being idle begins with them.
            if !self.in_head.load(Ordering::Relaxed) {
                self.since.store(self.now(), Ordering::Release);
            }
        }
    }

    /// There are bytes for the client and it takes none.
    pub(in crate::serve) fn write_blocked(&self) {
        if self.stalled.load(Ordering::Relaxed) == NEVER {
            self.stalled.store(self.now(), Ordering::Relaxed);
        }
    }

    /// Whether there are bytes for the client and it takes none.
    pub(in crate::serve) fn is_stalled(&self) -> bool {
        self.stalled.load(Ordering::Relaxed) != NEVER
    }

    /// The head of a request is complete: all of the requests before it, too.
    pub(in crate::serve) fn request_begins(&self) {
        self.unread.over();
        self.progress.begin();
    }

    /// The request of this number is rejected. It is the last one of its connection.
    pub(in crate::serve) fn reject(&self, number: u64, rejection: ServerRejection) {
        // There is one at most.
        let _ = self.rejected.set((number, rejection));
    }

    /// Why the request that has begun last is rejected.
    pub(in crate::serve) fn rejection(&self) -> Option<&ServerRejection> {
        let (number, rejection) = self.rejected.get()?;
        (*number == self.progress.requests()).then_some(rejection)
    }

    /// How far the exchange of an HTTP/1 connection is.
    pub(in crate::serve) fn progress(&self) -> &Progress {
        &self.progress
    }

    /// How far it is; nothing while no exchange is open.
    pub(in crate::serve) fn phase(&self) -> Option<Phase> {
        let is_open = !self.open.is_zero();
        is_open.then(|| self.progress.phase())
    }

    /// From now on each answer is the last of its connection.
    pub(in crate::serve) fn leave(&self) {
        self.leaving.store(true, Ordering::Relaxed);
    }

    /// Whether an answer is the last of its connection.
    pub(in crate::serve) fn is_leaving(&self) -> bool {
        self.leaving.load(Ordering::Relaxed)
    }

    /// What is left of a request's body that was given up before its end.
    pub(in crate::serve) fn unread(&self) -> &Unread {
        &self.unread
    }

    /// Throws away what has come of a body that nothing reads, for as long as its request is open or the connection is to be
    /// used again; true when that is too much and the answer has begun. Before that the answer becomes a 413.
    pub(in crate::serve) fn discard_unread(&self, context: &mut Context<'_>) -> bool {
        let open = !self.open.is_zero();
        let is_too_much = self
            .unread
            .discard(open || self.progress.reads_on(), context);
        if is_too_much && open && self.progress.phase() == Phase::Handling {
            self.unread.take();
            self.progress.flood();
            context.waker().wake_by_ref();
            return false;
        }
        is_too_much
    }

    /// Whether the connection has outlived one of its limits at `now`; if not, when to look again.
    pub(in crate::serve) fn verdict(&self, now: Instant, limits: &Limits) -> Verdict {
        // Whatever begins after this look cannot be overdue sooner than the shortest limit.
        let shortest = limits
            .header_time
            .min(limits.idle_time)
            .min(limits.write_stall);
        let mut next = now + shortest;
        let mut overdue = None;
        let mut consider = |since: u64, limit: Duration, reason: Overdue| {
            let deadline = self.origin + Duration::from_millis(since) + limit;
            if deadline <= now {
                overdue = Some(reason);
            } else {
                next = next.min(deadline);
            }
        };
        if self.open.is_zero() {
            let since = self.since.load(Ordering::Acquire);
            if self.in_head.load(Ordering::Acquire) {
                consider(since, limits.header_time, Overdue::Head);
            } else {
                consider(since, limits.idle_time, Overdue::Idle);
            }
        }
        let stalled = self.stalled.load(Ordering::Relaxed);
        if stalled != NEVER {
            consider(stalled, limits.write_stall, Overdue::Write);
        }
        // The socket alone does not show it: the client can take every byte and never widen a stream's window.
        if self.pieces.load(Ordering::Acquire) > 0 {
            consider(
                self.moved.load(Ordering::Acquire),
                limits.write_stall,
                Overdue::Write,
            );
        }
        overdue.map_or(Verdict::LookAgain(next), Verdict::Overdue)
    }

    /// Milliseconds since the connection was accepted.
    fn now(&self) -> u64 {
        u64::try_from(self.origin.elapsed().as_millis()).unwrap_or(NEVER - 1)
    }
}

/// What the look at the facts showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::serve) enum Verdict {
    /// All is well, and nothing can be overdue before this moment.
    LookAgain(Instant),
    /// A limit has passed.
    Overdue(Overdue),
}

/// Which limit has passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::serve) enum Overdue {
    /// The head of a request did not arrive in time.
    Head,
    /// There was nothing to do for too long.
    Idle,
    /// The client took no bytes for too long.
    Write,
}

/// One open half of an exchange.
#[derive(Debug)]
pub(in crate::serve) struct Open(Arc<Activity>);

impl Open {
    /// The connection this belongs to.
    pub(in crate::serve) fn activity(&self) -> &Activity {
        &self.0
    }

    /// Marks a piece of this exchange's answer as given to its stream, until the value is dropped.
    pub(in crate::serve) fn piece(&self) -> Piece {
        let activity = &self.0;
        // Only the first: a further request must not make up for the answers that the client does not take. And stored before
        // it counts, so that whoever sees the count sees the moment.
        if activity.pieces.load(Ordering::Acquire) == 0 {
            activity.moved.store(activity.now(), Ordering::Release);
        }
        activity.pieces.fetch_add(1, Ordering::AcqRel);
        Piece(Arc::clone(activity))
    }
}

/// One piece of an answer that an HTTP/2 stream has, and the client perhaps not.
#[derive(Debug)]
pub(in crate::serve) struct Piece(Arc<Activity>);

impl Drop for Piece {
    fn drop(&mut self) {
        self.0.moved.store(self.0.now(), Ordering::Release);
        self.0.pieces.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        // The moment is stored before the count falls, so that whoever sees the count sees the moment.
        self.0.since.store(self.0.now(), Ordering::Release);
        self.0.open.decrement();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    /// A connection on which the head of a request is complete.
    fn spoken() -> Arc<Activity> {
        let activity = Activity::new();
        activity.head(false);
        activity
    }

    /// What the verdict is just before and just after the last of the limits that should apply.
    async fn check(activity: &Activity, after: Duration, overdue: Overdue) {
        let limits = Limits::default();
        let deadline = Instant::now() + after;
        while Instant::now() < deadline {
            let Verdict::LookAgain(instant) = activity.verdict(Instant::now(), &limits) else {
                panic!("overdue {:?} too early", deadline - Instant::now());
            };
            assert!(instant > Instant::now());
            tokio::time::advance(instant.min(deadline) - Instant::now()).await;
        }
        assert_eq!(
            activity.verdict(Instant::now(), &limits),
            Verdict::Overdue(overdue)
        );
    }

    #[tokio::test(start_paused = true)]
    async fn the_first_head_is_due_from_the_start() {
        let activity = Activity::new();
        activity.head(true);
        check(&activity, 10 * SECOND, Overdue::Head).await;
    }

    #[tokio::test(start_paused = true)]
    async fn idle_after_an_response() {
        let activity = spoken();
        let open = activity.open();
        tokio::time::advance(1000 * SECOND).await;
        drop(open);
        check(&activity, 75 * SECOND, Overdue::Idle).await;
    }

    #[tokio::test(start_paused = true)]
    async fn a_later_head_is_due_from_its_first_byte() {
        let activity = spoken();
        drop(activity.open());
        tokio::time::advance(70 * SECOND).await;
        activity.head(true);
        tokio::time::advance(4 * SECOND).await;
        activity.head(true);
        check(&activity, 6 * SECOND, Overdue::Head).await;
    }

    #[tokio::test(start_paused = true)]
    async fn a_head_behind_another_request_is_due_from_the_end_of_that_one() {
        let activity = spoken();
        let open = activity.open();
        activity.head(true);
        tokio::time::advance(1000 * SECOND).await;
        drop(open);
        check(&activity, 10 * SECOND, Overdue::Head).await;
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_is_due_while_an_exchange_is_open() {
        let activity = Activity::new();
        let _open = activity.open();
        activity.head(true);
        tokio::time::advance(10_000 * SECOND).await;
        let verdict = activity.verdict(Instant::now(), &Limits::default());
        assert!(matches!(verdict, Verdict::LookAgain(_)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_stalled_write_is_due_even_then() {
        let activity = Activity::new();
        let _open = activity.open();
        activity.write_blocked();
        tokio::time::advance(29 * SECOND).await;
        activity.bytes_written();
        activity.write_blocked();
        check(&activity, 30 * SECOND, Overdue::Write).await;
    }

    #[tokio::test(start_paused = true)]
    async fn being_idle_begins_with_the_last_byte_of_the_response() {
        let activity = spoken();
        drop(activity.open());
        activity.write_blocked();
        tokio::time::advance(20 * SECOND).await;
        activity.bytes_written();
        check(&activity, 75 * SECOND, Overdue::Idle).await;
    }
}
