//! The supported types: one file for each kind of value, with its schema and its reading; and the types of Avocet itself,
//! such as [`Patch`] and [`Secret`].

mod address;
mod any;
mod array;
mod boolean;
mod boxed;
mod carries;
mod character;
mod constant_time;
mod cow;
mod email;
mod float;
mod floats;
mod integer;
mod key;
mod map;
mod nonzero;
mod optional;
mod patch;
mod secret;
mod set;
mod shared;
mod string;
mod text_kind;
mod tuple;

#[cfg(feature = "base64")]
mod base64;
#[cfg(feature = "rust_decimal")]
mod decimal;
#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
mod temporal;
#[cfg(feature = "url")]
mod url;
#[cfg(feature = "uuid")]
mod uuid;

#[cfg(feature = "base64")]
pub use base64::Base64;
pub use email::Email;
pub use floats::HasFloats;
pub use key::{FromKey, Key};
pub use patch::Patch;
pub use secret::Secret;
#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
pub(crate) use temporal::TemporalValue;
#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
pub use temporal::{Iso8601, OffsetTime};
#[cfg(feature = "url")]
pub use url::HttpUrl;
