//! `Record`: what is kept of a session, and the changes of a request.

use std::time::Duration;

use avocet_store::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::id::Id;
use crate::message::FlashMessage;

/// More messages than this mean that no page shows them.
const MESSAGES: usize = 20;

/// What a cookie or the store has of a session. The short names are those in cookies, whose room is scarce.
#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct Record {
    /// When the session began, or its id was rotated, in milliseconds since the Unix epoch.
    #[serde(rename = "c")]
    created: u64,
    /// When the session was last written.
    #[serde(rename = "s")]
    seen: u64,
    /// The id that the CSRF token is made of, if it is not that of the session.
    #[serde(rename = "x", default, skip_serializing_if = "Option::is_none")]
    pub(crate) csrf: Option<Id>,
    #[serde(rename = "d", default, skip_serializing_if = "Map::is_empty")]
    pub(crate) values: Map<String, Value>,
    /// The value of the user who logged in.
    #[serde(rename = "u", default, skip_serializing_if = "Option::is_none")]
    pub(crate) user: Option<Value>,
    #[serde(rename = "f", default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) messages: Vec<FlashMessage>,
}

/// How long sessions live.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Times {
    pub(crate) idle: Duration,
    pub(crate) lifetime: Duration,
}

impl Record {
    pub(crate) fn new(now: Timestamp) -> Self {
        Self {
            created: now.as_millis(),
            seen: now.as_millis(),
            csrf: None,
            values: Map::new(),
            user: None,
            messages: Vec::new(),
        }
    }

    /// Starts the lifetime anew, for a new id.
    pub(crate) fn renew(&mut self, now: Timestamp) {
        self.created = now.as_millis();
    }

    pub(crate) fn touch(&mut self, now: Timestamp) {
        self.seen = now.as_millis();
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.values.is_empty() && self.user.is_none() && self.messages.is_empty()
    }

    /// How long the session lives if no request comes; `None` if it has ended.
    pub(crate) fn remaining(&self, times: Times, now: Timestamp) -> Option<Duration> {
        let idle = Timestamp::from_millis(self.seen).after(times.idle);
        let end = Timestamp::from_millis(self.created).after(times.lifetime);
        let remaining = idle.min(end).since(now);
        (!remaining.is_zero()).then_some(remaining)
    }

    /// Whether the time of the last request should be written: after a tenth of the idle time.
    pub(crate) fn is_due(&self, times: Times, now: Timestamp) -> bool {
        now >= Timestamp::from_millis(self.seen).after(times.idle / 10)
    }

    pub(crate) fn apply(&mut self, change: &Change) {
        match change {
            Change::Insert(key, value) => {
                self.values.insert(key.clone(), value.clone());
            }
            Change::Remove(key) => {
                self.values.remove(key);
            }
            Change::Clear => {
                self.values.clear();
                self.user = None;
                self.messages.clear();
            }
            Change::User(user) => self.user.clone_from(user),
            Change::Message(message) => {
                self.messages.push(message.clone());
                let over = self.messages.len().saturating_sub(MESSAGES);
                self.messages.drain(..over);
            }
            Change::TakeMessages(taken) => {
                // Another request may have added messages meanwhile.
                self.messages.retain(|message| !taken.contains(message));
            }
        }
    }

    pub(crate) fn apply_all(&mut self, changes: &[Change]) {
        changes.iter().for_each(|change| self.apply(change));
    }
}

/// A change of one request. It is applied to the newest record, which another request may have written meanwhile.
#[derive(Clone)]
pub(crate) enum Change {
    Insert(String, Value),
    Remove(String),
    Clear,
    User(Option<Value>),
    Message(FlashMessage),
    TakeMessages(Vec<FlashMessage>),
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);
    const TIMES: Times = Times {
        idle: HOUR,
        lifetime: Duration::from_secs(3 * 3600),
    };

    #[test]
    fn the_earlier_of_both_times_ends_it() {
        let start = Timestamp::from_millis(1_000_000_000);
        let mut record = Record::new(start);
        let almost = start.after(HOUR).before(Duration::from_millis(1));
        assert!(record.remaining(TIMES, almost).is_some());
        assert_eq!(record.remaining(TIMES, start.after(HOUR)), None);
        record.touch(start.after(HOUR * 5 / 2));
        assert_eq!(
            record.remaining(TIMES, start.after(HOUR * 5 / 2)),
            Some(HOUR / 2)
        );
        assert_eq!(record.remaining(TIMES, start.after(HOUR * 3)), None);
    }

    #[test]
    fn a_clock_that_goes_back_ends_nothing() {
        let start = Timestamp::from_millis(1_000_000_000);
        let record = Record::new(start);
        assert!(record.remaining(TIMES, start.before(HOUR)).is_some());
        assert!(!record.is_due(TIMES, start.before(HOUR)));
    }

    #[test]
    fn messages_are_bounded() {
        let mut record = Record::new(Timestamp::from_millis(0));
        for number in 0..30 {
            let message = FlashMessage::new(crate::message::Level::Info, number.to_string());
            record.apply(&Change::Message(message));
        }
        assert_eq!(record.messages.len(), MESSAGES);
        assert_eq!(record.messages[0].text, "10");
    }
}
