//! Functions that macro-generated code calls. Not public API: it changes with the macros, without notice.

#[path = "private/constants.rs"]
mod constants;
#[path = "private/describe.rs"]
mod describe;
#[cfg(feature = "server")]
#[path = "private/errors.rs"]
mod errors;
#[cfg(feature = "server")]
#[path = "private/events.rs"]
mod events;
#[path = "private/flat.rs"]
mod flat;
#[path = "private/foreign.rs"]
mod foreign;
#[cfg(feature = "server")]
#[path = "private/program.rs"]
mod program;
#[path = "private/read.rs"]
mod read;
#[cfg(feature = "server")]
#[path = "private/responses.rs"]
mod responses;
#[cfg(feature = "server")]
#[path = "private/sources.rs"]
mod sources;
#[path = "private/units.rs"]
mod units;
#[path = "private/untagged.rs"]
mod untagged;
#[path = "private/write.rs"]
mod write;
#[cfg(feature = "server")]
#[path = "private/yielder.rs"]
mod yielder;

#[cfg(feature = "server")]
pub use avocet_macros::stream_at;
#[cfg(feature = "server")]
pub use http;
pub use serde;

// These modules export only items that the macros use.
#[cfg(feature = "server")]
pub use crate::bounds::{depends, depends_fresh, extract_with};
pub use crate::input::{
    Newtype, absent_newtype, describe_newtype, describe_newtype_as, read_newtype,
};
pub use constants::*;
pub use describe::*;
#[cfg(feature = "server")]
pub use errors::*;
#[cfg(feature = "server")]
pub use events::*;
pub use flat::*;
pub use foreign::*;
#[cfg(feature = "server")]
pub use program::*;
pub use read::*;
#[cfg(feature = "server")]
pub use responses::*;
#[cfg(feature = "server")]
pub use sources::*;
pub use units::*;
pub use untagged::*;
pub use write::*;
#[cfg(feature = "server")]
pub use yielder::*;

/// The body of every function that accompanies a `compile_error!`. The attribute's items must exist so that the error
/// is the only message; a program with an error never runs.
pub fn never_runs() -> ! {
    unreachable!("the macro has reported a compile error")
}

/// Expands to the code of `#[model]` that needs the server. Without the feature it expands to nothing: the model is then not a
/// response, and becomes one in a program whose build has the feature.
#[cfg(feature = "server")]
#[doc(hidden)]
#[macro_export]
macro_rules! __with_server {
    ($($code:tt)*) => { $($code)* };
}

#[cfg(not(feature = "server"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __with_server {
    ($($code:tt)*) => {};
}

pub use crate::__with_server as with_server;
