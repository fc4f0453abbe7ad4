//! Dates, times and durations: one grammar for the types of every crate.
//!
//! `parts` says what a text can hold, `scan` and `duration` read it, `iso8601` is the form that is the same for every
//! crate, and each crate has a file that turns parts into its types.

mod duration;
mod iso8601;
mod parts;
mod scanner;

#[cfg(feature = "chrono")]
mod chrono;
#[cfg(feature = "jiff")]
mod jiff;
#[cfg(feature = "time")]
mod time;

pub use iso8601::Iso8601;

use crate::model::Schema;
use crate::read::ValidationError;
use parts::Parts;

/// A crate's type for a date, a time, both, or a duration.
pub trait Temporal: Sized + Send + 'static {
    /// What its text holds.
    type Parts: Parts;

    /// The value; the parts are in their ranges, but the crate's may be narrower.
    fn from_parts(parts: Self::Parts) -> Option<Self>;

    /// What its text holds.
    fn to_parts(&self) -> Self::Parts;
}

fn schema<T: Temporal>() -> Schema {
    Schema::string().with("format", T::Parts::FORMAT)
}

fn parse<T: Temporal>(text: &str) -> Result<T, ValidationError> {
    from_parts(T::Parts::parse(text)?)
}

fn parse_parameter<T: Temporal>(text: &str) -> Result<T, ValidationError> {
    let number = scanner::number(text);
    match number.and_then(|(seconds, nanoseconds)| T::Parts::from_seconds(seconds, nanoseconds)) {
        Some(parts) => from_parts(parts?),
        None => parse(text),
    }
}

fn from_parts<T: Temporal>(parts: T::Parts) -> Result<T, ValidationError> {
    T::from_parts(parts).ok_or_else(|| T::Parts::error("it is out of range"))
}

/// Writes `Model`, `Input` and `Scanner` for types whose own serialized form is what their description says.
#[cfg(any(feature = "chrono", feature = "jiff"))]
macro_rules! temporal {
    ($($kind:ty;)*) => {$(
        impl $crate::model::kinds::text_kind::TextKind for $kind {
            const WRONG_KIND: (&'static str, &'static str) =
                <<Self as super::Temporal>::Parts as super::parts::Parts>::WRONG_KIND;

            fn parse(text: &str) -> Result<Self, $crate::read::ValidationError> {
                super::parse(text)
            }

            fn parse_parameter(text: &str) -> Result<Self, $crate::read::ValidationError> {
                super::parse_parameter(text)
            }
        }

        $crate::model::kinds::text_kind::text_kinds! {
            [] $kind, <<$kind as super::Temporal>::Parts as super::parts::Parts>::NAME, super::schema::<$kind>();
        }
    )*};
}

#[cfg(any(feature = "chrono", feature = "jiff"))]
use temporal;
