//! What the macros print calls to. Not public API: it changes with the macros, without notice.

#[path = "private/describe.rs"]
mod describe;
#[path = "private/errors.rs"]
mod errors;
#[path = "private/newtype.rs"]
mod newtype;
#[path = "private/read.rs"]
mod read;
#[path = "private/sources.rs"]
mod sources;
#[path = "private/units.rs"]
mod units;

pub use async_stream;
pub use http;
pub use serde;

pub use describe::{
    Member, Members, answer, event, event_without_data, examples, header, json, write_header,
};
pub use errors::{error, error_answer, error_member, status};
pub use newtype::{Newtype, absent_newtype, describe_newtype, read_newtype};
pub use read::{closed, noted, or_default, present, read, required, unit_variant};
#[cfg(feature = "axum")]
pub use sources::extract;
pub use sources::{
    Named, body, cookie, cookie_or, header_or, member, member_or, path, path_or, query, query_or,
    request_header, state,
};
pub use units::{Units, read_unit, unit_from_text};

use crate::model::Output;
use crate::read::Input;
use crate::rules::{HasItems, HasKeys, HasLength, HasOrder};

/// Compiles only for a type that can be read. Printed once for each field type, so that a type that cannot is one error.
pub fn input<T: Input>() {}

/// The same for a type that can be answered.
pub fn output<T: Output>() {}

/// The same for `ge` and its like.
pub fn has_order<T: HasOrder>() {}

/// The same for `min_length` and its like.
pub fn has_length<T: HasLength>() {}

/// The same for `min_items`, `max_items` and `items`.
pub fn has_items<T: HasItems>() {}

/// The same for `keys`.
pub fn has_keys<T: HasKeys>() {}

/// Runs a program's future to its end.
///
/// # Panics
/// When the system gives the runtime no threads.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    match runtime {
        Ok(runtime) => runtime.block_on(future),
        Err(error) => panic!("the runtime cannot start: {error}"),
    }
}
