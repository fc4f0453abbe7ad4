//! What becomes of an exchange whose client has closed its sending side.
//!
//! Such a client may still read, or may be gone: the system says nothing of that before bytes are sent to it, which a client
//! that is gone answers with a reset.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep};

use crate::serve::connection::activity::Activity;
use crate::serve::connection::progress::Phase;

/// How many signs of life an open stream writes: the first one brings the reset, the second one finds it.
const SIGNS: u32 = 2;
/// How long after the first sign of life the second one is written.
const BETWEEN_SIGNS: Duration = Duration::from_millis(20);
/// How often an exchange is looked at that has shown its client to be there.
const CALM: Duration = Duration::from_secs(1);

/// The time after a client has closed its side.
#[derive(Debug)]
pub(in crate::serve) struct ClientEnd {
    grace: Duration,
    alarm: Pin<Box<Sleep>>,
    /// What had happened on the connection at the last look.
    steps: u64,
    signs: u32,
}

impl ClientEnd {
    pub(in crate::serve) fn new(grace: Duration, activity: &Activity) -> Self {
        let streams = activity.phase() == Some(Phase::Waiting) && activity.progress().has_signs();
        Self {
            grace,
            alarm: Box::pin(sleep(if streams { Duration::ZERO } else { grace })),
            steps: activity.progress().steps(),
            signs: 0,
        }
    }

    /// Ready when it is time to look.
    pub(in crate::serve) fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        self.alarm.as_mut().poll(context)
    }

    /// Whether the exchange goes on; false if the handler or a silent stream has had its time.
    pub(in crate::serve) fn goes_on(&mut self, activity: &Activity) -> bool {
        let progress = activity.progress();
        let stood_still = self.steps == progress.steps();
        self.steps = progress.steps();
        let next = match activity.phase() {
            // hyper reads the end itself once everything is written.
            None => CALM,
            Some(Phase::Waiting) if progress.has_signs() => {
                if self.signs < SIGNS {
                    self.signs += 1;
                    progress.ask_for_sign();
                    BETWEEN_SIGNS
                } else {
                    CALM
                }
            }
            Some(Phase::Handling | Phase::Waiting) if stood_still => return false,
            // A reset tells, or the limit on clients that take nothing.
            Some(Phase::Handling | Phase::Waiting | Phase::Sending) => self.grace,
        };
        self.alarm.as_mut().reset(Instant::now() + next);
        true
    }
}
