//! The exchange of a client that has closed its sending side.
//!
//! The client may still read, or may have disconnected: the system reports that only after bytes are sent to it, which a
//! disconnected client answers with a reset.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep};

use crate::connection::activity::Activity;
use crate::connection::progress::Phase;

/// How many heartbeats an open stream writes: the first one causes the reset, the second one detects it.
const SIGNS: u32 = 2;
/// The time between the first heartbeat and the second one.
const BETWEEN_SIGNS: Duration = Duration::from_millis(20);
/// How often an exchange is checked after its client was found to be connected.
const CALM: Duration = Duration::from_secs(1);

/// The state after a client has closed its side.
#[derive(Debug)]
pub(crate) struct ClientEnd {
    grace: Duration,
    alarm: Pin<Box<Sleep>>,
    /// The step counter of the connection at the last check.
    steps: u64,
    signs: u32,
}

impl ClientEnd {
    pub(crate) fn new(grace: Duration, activity: &Activity) -> Self {
        let streams = activity.phase() == Some(Phase::Waiting) && activity.progress().has_signs();
        Self {
            grace,
            alarm: Box::pin(sleep(if streams { Duration::ZERO } else { grace })),
            steps: activity.progress().steps(),
            signs: 0,
        }
    }

    /// Ready when the next check is due.
    pub(crate) fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        self.alarm.as_mut().poll(context)
    }

    /// Returns whether the exchange continues; false if the time of the handler or of a silent stream is over.
    pub(crate) fn goes_on(&mut self, activity: &Activity) -> bool {
        let progress = activity.progress();
        let stood_still = self.steps == progress.steps();
        self.steps = progress.steps();
        let next = match activity.phase() {
            // hyper reads the end of input itself once everything is written.
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
            // A reset shows it, or the limit on clients that do not read.
            Some(Phase::Handling | Phase::Waiting | Phase::Sending) => self.grace,
        };
        self.alarm.as_mut().reset(Instant::now() + next);
        true
    }
}
