//! Values for comparison with bounds.

use std::cmp::Ordering;

use super::{Date, Duration, Local, Parts, Temporal, Time, Zoned, ZonedTime};

impl<P: Parts> Temporal for P {
    fn compare(&self, bound: &str) -> Option<Ordering> {
        let bound = P::parse(bound).ok()?;
        Some(self.order().cmp(&bound.order()))
    }

    fn words(&self, bound: &str) -> String {
        P::parse(bound).map_or_else(|_| bound.to_owned(), |bound| bound.words())
    }
}

/// Parses a text of one of the supported formats; `None` if it is not of that format.
pub(crate) fn temporal_of(format: &str, text: &str) -> Option<Box<dyn Temporal>> {
    fn parse<P: Parts + 'static>(text: &str) -> Option<Box<dyn Temporal>> {
        Some(Box::new(P::parse(text).ok()?))
    }
    match format {
        Date::FORMAT => parse::<Date>(text),
        Time::FORMAT => parse::<Time>(text),
        Local::FORMAT => parse::<Local>(text),
        Zoned::FORMAT => parse::<Zoned>(text),
        ZonedTime::FORMAT => parse::<ZonedTime>(text),
        Duration::FORMAT => parse::<Duration>(text),
        _ => None,
    }
}
