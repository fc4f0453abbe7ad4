//! Reads input in one pass: builds the value, checks its rules and collects every validation error with its location.
//!
//! Suggested reading order: [`Location`] (the current position), [`ValidationError`] and [`ValidationErrors`] (what is
//! wrong there), `json` (the pull parser), [`Reader`] (both together), [`Input`] (how a type reads itself), [`FromText`]
//! (the same for parameters, which are text), `converted` (models made from parameters), `slot` (a field while its
//! object is being read).

mod converted;
mod digits;
mod equal;
mod from_text;
mod input;
mod json;
mod location;
mod number;
mod number_grammar;
mod outcome;
mod plain_numbers;
mod plain_text;
mod reader;
mod respelled;
mod skip_unchecked;
mod slot;
mod strings;
mod tagged;
mod untagged;
mod validation_error;
mod variants;
mod word;

pub(crate) use converted::from_texts;
pub(crate) use equal::{ArrayStart, repeated_texts};
pub use from_text::FromText;
pub use input::{Failure, Input, Invalid, Malformed};
pub use json::Kind;
pub(crate) use location::shortened;
pub use location::{Location, LocationSegment};
pub use number::{Number, NumberText};
pub(crate) use number::{cut, is_half_way, narrowed};
pub use outcome::{CheckOutcome, MapOutcome};
pub(crate) use reader::{DEFAULT_DEPTH, whole};
pub use reader::{Object, Reader, from_json};
pub(crate) use respelled::with_integers;
pub use slot::FieldSlot;
pub use validation_error::{ValidationError, ValidationErrors};
pub use variants::Variants;
