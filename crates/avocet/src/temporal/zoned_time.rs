//! A time of day with its offset from UTC.

use std::fmt::{self, Display};

use super::parts::{self, Parts, Time};
use super::scanner::Scan;
use crate::read::ValidationError;

/// The parts of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ZonedTime {
    pub(crate) time: Time,
    pub(crate) offset: i32,
}

impl Parts for ZonedTime {
    const NAME: &'static str = "time";
    const FORMAT: &'static str = "time";
    const WRONG_KIND: (&'static str, &'static str) = Time::WRONG_KIND;

    fn error(error: &'static str) -> ValidationError {
        Time::error(error)
    }

    fn parse(text: &str) -> Result<Self, ValidationError> {
        let read = Scan::whole(text, |scan| Ok((scan.time()?, scan.offset()?)));
        let (time, offset) = read.map_err(Self::error)?;
        let offset = offset.ok_or_else(parts::zone_wanted)?;
        Ok(Self { time, offset })
    }

    fn order(&self) -> i128 {
        self.time.order() - i128::from(self.offset) * parts::SECOND
    }
}

impl Display for ZonedTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.time.fmt(f)?;
        parts::write_offset(self.offset, f)
    }
}
