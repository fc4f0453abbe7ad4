//! Functions that macro-generated code calls. Not public API: it changes with the macros, without notice.

#[path = "private/constants.rs"]
mod constants;
#[path = "private/describe.rs"]
mod describe;
#[path = "private/errors.rs"]
mod errors;
#[path = "private/events.rs"]
mod events;
#[path = "private/flat.rs"]
mod flat;
#[path = "private/foreign.rs"]
mod foreign;
#[path = "private/newtype.rs"]
mod newtype;
#[path = "private/read.rs"]
mod read;
#[path = "private/sources.rs"]
mod sources;
#[path = "private/units.rs"]
mod units;
#[path = "private/untagged.rs"]
mod untagged;
#[path = "private/write.rs"]
mod write;

pub use async_stream;
pub use http;
pub use serde;

// These modules export only items that the macros use.
pub use constants::*;
pub use describe::*;
pub use errors::*;
pub use events::*;
pub use flat::*;
pub use foreign::*;
pub use newtype::*;
pub use read::*;
pub use sources::*;
pub use units::*;
pub use untagged::*;
pub use write::*;

use std::future::Future;
use std::time::Duration;

use crate::model::{HasFloats, HasMembers, Output};
use crate::operation::Route;
use crate::read::Input;
use crate::response::HeaderField;
use crate::rules::{
    HasDigits, HasItems, HasKeys, HasLength, HasOrder, HasTemporalOrder, HasUnique,
};

/// The body of every function that accompanies a `compile_error!`. The attribute's items must exist so that the error
/// is the only message; a program with an error never runs.
pub fn never_runs() -> ! {
    unreachable!("the macro has reported a compile error")
}

/// Compiles only for a type that can be read. Generated once for each field type, so that an unsupported type causes one
/// error.
pub fn input<T: Input>() {}

/// The bound of a model's field that is used in requests and responses.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a model for requests and responses",
    label = "not a model",
    note = "write `#[model]` above your own type; wrap a type that only implements serde's traits in your own `#[model]`",
    note = "write `#[model(input)]` if all fields are only read, `#[model(output)]` if they are only written"
)]
pub trait InputAndOutput: Input + Output {}

#[diagnostic::do_not_recommend]
impl<T: Input + Output> InputAndOutput for T {}

/// The same for a type that can be read and sent.
pub fn input_and_output<T: InputAndOutput>() {}

/// The same for a type that can be sent.
pub fn output<T: Output>() {}

/// Combines two bounds, so that a type that meets neither causes one error.
macro_rules! both {
    ($($demand:ident $message:literal $note:literal: $($name:ident $side:ident),*;)*) => {$($(
        #[diagnostic::on_unimplemented(
            message = $message,
            label = "not an object with members",
            note = $note
        )]
        pub trait $name: $side + $demand {}

        #[diagnostic::do_not_recommend]
        impl<T: $side + $demand> $name for T {}
    )*)*};
}

both! {
    HasMembers
        "`{Self}` is not an object, so it cannot be combined with other members"
        "a variant of an enum with a tag holds a `#[model]` struct with named fields; give the variant a named field, or add `content = \"…\"` to the enum's `tag`":
        InputAndOutputMembers InputAndOutput, InputMembers Input, OutputMembers Output;
    Flat
        "`{Self}` cannot be flattened, because it is not an object"
        "a flattened field is a `#[model]` struct with named fields, an `Option` of one, or a map, which takes all other members":
        InputAndOutputFlat InputAndOutput, InputFlat Input, OutputFlat Output;
}

// Written out, because the compiler shows it in its notes.

pub fn input_and_output_members<T: InputAndOutputMembers>() {}

pub fn input_members<T: InputMembers>() {}

pub fn output_members<T: OutputMembers>() {}

pub fn input_and_output_flat<T: InputAndOutputFlat>() {}

pub fn input_flat<T: InputFlat>() {}

pub fn output_flat<T: OutputFlat>() {}

/// The same for a type that can be a response header.
pub fn header_field<T: HeaderField>() {}

/// The same for `ge` and similar rules.
pub fn has_order<T: HasOrder>() {}

/// The same for `non_finite`.
pub fn has_floats<T: HasFloats>() {}

/// The same for `ge` and similar rules with a bound in quotes.
pub fn has_temporal_order<T: HasTemporalOrder>() {}

/// The same for `max_digits` and `decimal_places`.
pub fn has_digits<T: HasDigits>() {}

/// The same for `min_length` and similar rules.
pub fn has_length<T: HasLength>() {}

/// The same for `min_items`, `max_items` and `items`.
pub fn has_items<T: HasItems>() {}

/// The same for `unique`.
pub fn has_unique<T: HasUnique>() {}

/// The same for `keys`.
pub fn has_keys<T: HasKeys>() {}

/// The type generated for a function with a route attribute, under the same name.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a route",
    label = "not a route",
    note = "write `#[get(\"/path\")]`, `#[post(..)]` or another method above the function that is named here"
)]
pub trait Declared {
    /// Returns the route of the function.
    fn route() -> Route;
}

/// How long blocking threads may keep running at the end of a program.
const LAST_WORK: Duration = Duration::from_secs(1);

/// Runs a program's future to completion. Blocking threads then have one second to finish; the runtime alone would wait
/// without a limit, when signals are no longer handled.
///
/// # Panics
/// If the system cannot create the runtime's threads.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    match runtime {
        Ok(runtime) => {
            let outcome = runtime.block_on(future);
            runtime.shutdown_timeout(LAST_WORK);
            outcome
        }
        Err(error) => panic!("the runtime cannot start: {error}"),
    }
}
