//! How long the head of a stream's response waits and how long the stream may be idle, and the methods that set both.

use std::time::Duration;

use super::ResponseContext;

/// The timer does not have finer steps that would be worth a write.
const SHORTEST_HEARTBEAT: Duration = Duration::from_millis(10);

/// Longer ones would overflow the clock's arithmetic.
const LONGEST_HEARTBEAT: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// What a response sets in place of the application's settings.
#[derive(Clone, Copy, Default)]
pub(super) struct StreamTiming {
    pub(super) heartbeat: Option<Duration>,
    pub(super) first_item_wait: Option<Duration>,
}

impl StreamTiming {
    pub(super) fn heartbeat(self, context: &ResponseContext) -> Duration {
        let interval = self.heartbeat.unwrap_or(context.heartbeat());
        interval.clamp(SHORTEST_HEARTBEAT, LONGEST_HEARTBEAT)
    }

    /// Returns how long the response head waits: no longer than the heartbeat interval.
    pub(super) fn first_item_wait(self, context: &ResponseContext) -> Duration {
        let wait = self.first_item_wait.unwrap_or(context.first_item_wait());
        wait.min(self.heartbeat(context))
    }
}

/// The methods of a response with a field `timing`. `$made` is an example of the type `$kind`.
macro_rules! first_item_methods {
    ($item:literal: $kind:literal, $made:literal) => {
        #[doc = concat!("Sets how long the response head waits for the first ", $item, ", in place of the application's")]
        /// [`first_item_wait`](crate::App::first_item_wait).
        ///
        /// ```
        /// use avocet::prelude::*;
        /// use std::time::Duration;
        ///
        #[doc = concat!("let response: ", $kind, " = ", $made, ".first_item_wait(Duration::from_millis(200));")]
        /// ```
        pub fn first_item_wait(mut self, wait: std::time::Duration) -> Self {
            self.timing.first_item_wait = Some(wait);
            self
        }

        /// Sends the response head at once, without waiting for the stream, so that a page sees that its connection is open. Only an
        /// error that is ready at the first poll is still sent with its own status.
        ///
        /// ```
        /// use avocet::prelude::*;
        ///
        #[doc = concat!("let response: ", $kind, " = ", $made, ".open_at_once();")]
        /// ```
        pub fn open_at_once(self) -> Self {
            self.first_item_wait(std::time::Duration::ZERO)
        }
    };
}

macro_rules! heartbeat_method {
    ($sign:literal: $kind:literal, $made:literal) => {
        #[doc = concat!("Sets how long this stream may be idle before it sends ", $sign, ", in place of the application's")]
        /// [`heartbeat`](crate::App::heartbeat). A shorter interval than 10 milliseconds counts as 10 milliseconds.
        ///
        /// ```
        /// use avocet::prelude::*;
        /// use std::time::Duration;
        ///
        #[doc = concat!("let response: ", $kind, " = ", $made, ".heartbeat(Duration::from_secs(5));")]
        /// ```
        pub fn heartbeat(mut self, interval: std::time::Duration) -> Self {
            self.timing.heartbeat = Some(interval);
            self
        }
    };
}

pub(super) use {first_item_methods, heartbeat_method};
