//! The activity of a connection, as far as its time limits need it.
//!
//! hyper has one timer for the head of a request and also runs it while a kept-alive connection is idle,
//! so it cannot apply two different limits. This module can: the socket reports when bytes are read and written,
//! and the service reports when a request begins and a response ends.
//!
//! None of these events resets a timer. They are stored, and the connection's task checks them
//! when its one timer fires; it then sleeps until the earliest time at which a limit could be exceeded.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Waker};
use std::time::Duration;

use tokio::time::Instant;

use crate::connection::open_count::OpenCount;
use crate::connection::progress::{Phase, Progress};
use crate::exchange::rejection::ServerRejection;
use crate::io::unread::Unread;
use crate::limits::Limits;

/// The state shared by the socket, the requests and the task of one connection.
#[derive(Debug)]
pub(crate) struct Activity {
    /// When the connection was accepted; the times below are relative to it.
    origin: Instant,
    /// The number of open halves of exchanges: a request body not yet read, a response not yet sent.
    open: OpenCount,
    /// Whether the client has begun to send the head of a request.
    in_head: AtomicBool,
    /// Whether the connection was upgraded to another protocol.
    foreign: AtomicBool,
    /// With nothing open: since when.
    since: AtomicU64,
    /// Since when the client has read none of the bytes that wait for it, or `NEVER`.
    stalled: AtomicU64,
    /// The number of response pieces given to HTTP/2 streams that have not requested the next one.
    pieces: AtomicUsize,
    /// When such a stream last requested its next piece; meaningless while `pieces` is zero.
    moved: AtomicU64,
    /// Whether the server is shutting down: a response is the last of its connection.
    leaving: AtomicBool,
    /// The rest of a request's body that was dropped before its end.
    unread: Unread,
    /// The progress of the exchange of an HTTP/1 connection.
    progress: Progress,
    /// The request that is rejected instead of being read, if any: its number and the reason.
    rejected: OnceLock<(u64, ServerRejection)>,
}

const NEVER: u64 = u64::MAX;

impl Activity {
    /// Creates the state of a connection just accepted: its first request is due.
    pub(crate) fn new() -> Arc<Self> {
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
    pub(crate) fn open(self: &Arc<Self>) -> Open {
        self.open.increment();
        Open(Arc::clone(self))
    }

    /// Restarts the time of the first request: the bytes before belong to the TLS handshake.
    #[cfg(feature = "tls")]
    pub(crate) fn handshake_over(&self) {
        self.since.store(self.now(), Ordering::Release);
    }

    /// Sets whether the client is in the middle of the head of a request.
    pub(crate) fn head(&self, begun: bool) {
        if self.in_head.load(Ordering::Relaxed) != begun {
            self.since.store(self.now(), Ordering::Relaxed);
            self.in_head.store(begun, Ordering::Release);
        }
    }

    /// Returns since when the connection has been idle: nothing open, nothing to send and no head begun.
    pub(crate) fn idle_since(&self) -> Option<Instant> {
        let busy =
            !self.open.is_zero() || self.in_head.load(Ordering::Acquire) || self.is_stalled();
        let since = Duration::from_millis(self.since.load(Ordering::Acquire));
        (!busy).then(|| self.origin + since)
    }

    /// Records that the connection was upgraded to another protocol.
    pub(crate) fn changes_hands(&self) {
        self.foreign.store(true, Ordering::Release);
    }

    /// Returns whether the bytes after an upgrade request belong to the other protocol; `None` while the request has no response.
    /// The task is woken when it has one.
    pub(crate) fn is_foreign(&self, task: &Waker) -> Option<bool> {
        // An upgrade is stored before the exchange ends.
        let is_answered = self.open.is_zero_or_wake(task);
        if self.foreign.load(Ordering::Acquire) {
            return Some(true);
        }
        is_answered.then_some(false)
    }

    /// Records that the client has read some bytes that waited for it.
    pub(crate) fn bytes_written(&self) {
        if self.stalled.load(Ordering::Relaxed) != NEVER {
            self.stalled.store(NEVER, Ordering::Relaxed);
            // The last bytes of a response are sent after the response ended; the idle time begins with them.
            if !self.in_head.load(Ordering::Relaxed) {
                self.since.store(self.now(), Ordering::Release);
            }
        }
    }

    /// Records that bytes wait for the client and that it reads none.
    pub(crate) fn write_blocked(&self) {
        if self.stalled.load(Ordering::Relaxed) == NEVER {
            self.stalled.store(self.now(), Ordering::Relaxed);
        }
    }

    /// Returns whether bytes wait for the client and it reads none.
    pub(crate) fn is_stalled(&self) -> bool {
        self.stalled.load(Ordering::Relaxed) != NEVER
    }

    /// Records that the head of a request is complete, and so are all requests before it.
    pub(crate) fn request_begins(&self) {
        self.unread.over();
        self.progress.begin();
    }

    /// Rejects the request of this number. It is the last one of its connection.
    pub(crate) fn reject(&self, number: u64, rejection: ServerRejection) {
        // There is at most one.
        let _ = self.rejected.set((number, rejection));
    }

    /// Returns the rejection of the latest request.
    pub(crate) fn rejection(&self) -> Option<&ServerRejection> {
        let (number, rejection) = self.rejected.get()?;
        (*number == self.progress.requests()).then_some(rejection)
    }

    /// Returns the progress of the exchange of an HTTP/1 connection.
    pub(crate) fn progress(&self) -> &Progress {
        &self.progress
    }

    /// Returns the phase of the exchange; `None` while no exchange is open.
    pub(crate) fn phase(&self) -> Option<Phase> {
        let is_open = !self.open.is_zero();
        is_open.then(|| self.progress.phase())
    }

    /// Makes each response from now on the last one of its connection.
    pub(crate) fn leave(&self) {
        self.leaving.store(true, Ordering::Relaxed);
    }

    /// Returns whether a response is the last one of its connection.
    pub(crate) fn is_leaving(&self) -> bool {
        self.leaving.load(Ordering::Relaxed)
    }

    /// Returns the rest of a request's body that was dropped before its end.
    pub(crate) fn unread(&self) -> &Unread {
        &self.unread
    }

    /// Discards the received part of a body that is not read, while its request is open or the connection is to be
    /// used again; returns true if that is too much and the response has begun. Before that the response becomes a 413.
    pub(crate) fn discard_unread(&self, context: &mut Context<'_>) -> bool {
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

    /// Returns whether the connection exceeds one of its limits at `now`; if not, when to check again.
    pub(crate) fn verdict(&self, now: Instant, limits: &Limits) -> Verdict {
        // Any activity that begins after this check cannot exceed a limit sooner than the shortest one.
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
        // The socket alone does not show it: the client can read every byte and never widen a stream's window.
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

/// The result of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// No limit is exceeded, and none can be before this time.
    LookAgain(Instant),
    /// A limit is exceeded.
    Overdue(Overdue),
}

/// The limit that is exceeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Overdue {
    /// The head of a request did not arrive in time.
    Head,
    /// The connection was idle for too long.
    Idle,
    /// The client read no bytes for too long.
    Write,
}

/// One open half of an exchange.
#[derive(Debug)]
pub(crate) struct Open(Arc<Activity>);

impl Open {
    /// Returns the activity of the connection.
    pub(crate) fn activity(&self) -> &Activity {
        &self.0
    }

    /// Marks a piece of this exchange's response as given to its stream, until the value is dropped.
    pub(crate) fn piece(&self) -> Piece {
        let activity = &self.0;
        // Only for the first piece: a further request must not hide that the client does not read its responses. The time is stored
        // before the count, so that a reader of the count also sees the time.
        if activity.pieces.load(Ordering::Acquire) == 0 {
            activity.moved.store(activity.now(), Ordering::Release);
        }
        activity.pieces.fetch_add(1, Ordering::AcqRel);
        Piece(Arc::clone(activity))
    }
}

/// One piece of a response that was given to an HTTP/2 stream, and that the client may not have received.
#[derive(Debug)]
pub(crate) struct Piece(Arc<Activity>);

impl Drop for Piece {
    fn drop(&mut self) {
        self.0.moved.store(self.0.now(), Ordering::Release);
        self.0.pieces.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        // The time is stored before the count is decremented, so that a reader of the count also sees the time.
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

    /// Checks the verdict just before and just after the last of the limits that should apply.
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
