//! The rules for fields and parameters. Each rule is one file with its check, its schema keyword, its error code and its
//! tests.
//!
//! | rule | on | error code | JSON Schema |
//! |---|---|---|---|
//! | `ge = n` | numbers | `greater_than_equal` | `minimum` |
//! | `gt = n` | numbers | `greater_than` | `exclusiveMinimum` |
//! | `le = n` | numbers | `less_than_equal` | `maximum` |
//! | `lt = n` | numbers | `less_than` | `exclusiveMaximum` |
//! | `ge = "…"`, `gt`, `le`, `lt` | dates, times, durations | as for numbers | `x-formatMinimum` and the like |
//! | `multiple_of = n` | numbers | `multiple_of` | `multipleOf` |
//! | `max_digits = n` | decimals | `decimal_max_digits` | |
//! | `decimal_places = n` | decimals | `decimal_max_places` | |
//! | both of these | decimals | `decimal_whole_digits` | |
//! | `min_length = n` | text, in characters | `string_too_short` | `minLength` |
//! | `max_length = n` | text, in characters | `string_too_long` | `maxLength` |
//! | `pattern = "…"` | text, found anywhere in it | `string_pattern_mismatch` | `pattern` |
//! | `trim`, `lowercase`, `uppercase` | text, which they change | | in the description |
//! | `min_items = n` | lists, sets, maps | `too_short` | `minItems`, `minProperties` |
//! | `max_items = n` | lists, sets, maps | `too_long` | `maxItems`, `maxProperties` |
//! | `unique` | lists; sets always have it | `unique_items` | `uniqueItems` |
//!
//! On an `Option` a rule applies to the value if there is one.

mod bound;
mod carries;
mod constrain;
mod default;
mod digits;
mod ecma;
mod normalize;
mod rule;

mod decimal_places;
mod ge;
mod gt;
mod le;
mod lt;
mod max_digits;
mod max_items;
mod max_length;
mod min_items;
mod min_length;
mod multiple_of;
mod pattern;
mod unique;
mod whole_digits;

pub use bound::{Bound, Comparison, HasTemporalOrder};
pub use carries::{HasDigits, HasItems, HasKeys, HasLength, HasOrder, HasUnique};
pub use decimal_places::DecimalPlaces;
pub use ge::Ge;
pub use gt::Gt;
pub use le::Le;
pub use lt::Lt;
pub use max_digits::MaxDigits;
pub use max_items::MaxItems;
pub use max_length::MaxLength;
pub use min_items::MinItems;
pub use min_length::MinLength;
pub use multiple_of::MultipleOf;
pub use normalize::{LetterCase, Normalize};
pub use pattern::Pattern;
pub use rule::{Collection, Rule, Rules};
pub use unique::Unique;
pub(crate) use unique::repeated;
pub use whole_digits::WholeDigits;

pub use crate::temporal::Temporal;
