//! Reading input once: the value is built, its rules are checked and every problem is collected with its place,
//! all in the same pass.
//!
//! Suggested reading order: [`Place`] (where we are), [`Problem`] and [`Problems`] (what is wrong there), `json` (the
//! pull parser), [`Reader`] (both together), [`Input`] (what a type does with it), [`Text`] (the same for
//! parameters, which are text), `converted` (models made from parameters), `slot` (a field while its object is being read).

mod converted;
mod digits;
mod equal;
mod input;
mod json;
mod number;
mod number_grammar;
mod place;
mod plain_numbers;
mod plain_text;
mod problem;
mod reader;
mod skim;
mod slot;
mod strings;
mod tagged;
mod text;
mod untagged;
mod variants;
mod word;

pub(crate) use converted::from_texts;
pub(crate) use equal::{ListStart, repeated_texts};
pub use input::{Failure, Input, Invalid, Malformed};
pub use json::Kind;
pub use number::{Number, NumberText};
pub(crate) use number::{cut, is_half_way, narrowed};
pub(crate) use place::shortened;
pub use place::{Place, Step};
pub use problem::{Problem, Problems};
pub(crate) use reader::whole;
pub use reader::{Object, Reader, from_json};
pub use slot::Slot;
pub use text::Text;
pub use variants::Variants;
