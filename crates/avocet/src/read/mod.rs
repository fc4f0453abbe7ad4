//! Reads input in one pass: builds the value, checks its rules and collects every validation error with its location.
//!
//! Suggested reading order: [`Location`] (the current position), [`ValidationError`] and [`ValidationErrors`] (what is
//! wrong there), `json` (the pull parser), [`Reader`] (both together). How a type reads itself is in [`input`](crate::input).

mod digits;
mod equal;
mod failure;
mod json;
mod location;
mod number_grammar;
mod ordered_json;
mod outcome;
mod plain_numbers;
mod plain_text;
mod reader;
mod respelled;
mod skip_unchecked;
mod strings;
mod tagged;
mod untagged;
mod validation_error;
mod variants;
mod word;

pub(crate) use equal::{ArrayStart, repeated_texts};
pub use failure::{Failure, Invalid, Malformed};
pub use json::Kind;
pub(crate) use location::shortened;
pub use location::{Location, LocationSegment};
pub use outcome::{CheckOutcome, MapOutcome};
pub(crate) use reader::{DEFAULT_DEPTH, whole};
pub use reader::{Object, Reader};
pub(crate) use respelled::with_integers;
pub use validation_error::{ValidationError, ValidationErrors};
pub use variants::Variants;

pub use crate::number::{Number, NumberText};
pub(crate) use crate::number::{cut, is_half_way, narrowed};
