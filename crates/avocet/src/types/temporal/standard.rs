//! `std::time::Duration`, which serializes differently and so is only supported inside [`Iso8601`](super::Iso8601). It
//! has no sign: a negative duration is out of range.

use std::time::Duration as Unsigned;

use super::TemporalValue;
use crate::temporal::Duration;

impl TemporalValue for Unsigned {
    type Parts = Duration;

    fn from_parts(parts: Duration) -> Option<Self> {
        let seconds = u64::try_from(parts.seconds).ok()?;
        let nanoseconds = u32::try_from(parts.nanoseconds).ok()?;
        Some(Self::new(seconds, nanoseconds))
    }

    fn to_parts(&self) -> Duration {
        Duration {
            seconds: i64::try_from(self.as_secs()).unwrap_or(i64::MAX),
            nanoseconds: i32::try_from(self.subsec_nanos()).unwrap_or_default(),
        }
    }
}
