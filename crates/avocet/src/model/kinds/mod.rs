//! One file for each kind of value: how it is described and how it is read.

mod address;
mod any;
mod boolean;
mod boxed;
mod character;
mod cow;
mod email;
mod float;
mod integer;
mod list;
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
mod moment;
#[cfg(feature = "url")]
mod url;
#[cfg(feature = "uuid")]
mod uuid;

#[cfg(feature = "base64")]
pub use base64::Base64;
pub use email::Email;
#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
pub use moment::Iso8601;
pub use patch::Patch;
pub use secret::Secret;
#[cfg(feature = "url")]
pub use url::HttpUrl;
