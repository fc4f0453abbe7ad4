//! Types that can be used in requests, in responses or in both, in the form that their position requires.
//!
//! The traits have no supertraits, because each would be an error beside that of the trait.

use crate::__private::Flat;
use crate::input::Input;
use crate::model::{self, HasMembers};

/// The bound of a model's field that is used in requests and responses.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a model for requests and responses",
    label = "not a model",
    note = "write `#[model]` above your own type; wrap a type that only implements serde's traits in your own `#[model]`",
    note = "write `#[model(input)]` if all fields are only read, `#[model(output)]` if they are only written"
)]
pub trait InputAndOutput {
    /// Does nothing; its path asserts the bound.
    fn assert_implemented() {}
}

#[diagnostic::do_not_recommend]
impl<T: Input + model::Output> InputAndOutput for T {}

/// The bound of a model's field that is used in responses only.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be part of a response",
    label = "not an output",
    note = "write `#[model]` above your own type; `#[model(output)]` is enough for a type that is only in responses"
)]
pub trait Output {
    /// Does nothing; its path asserts the bound.
    fn assert_implemented() {}
}

#[diagnostic::do_not_recommend]
impl<T: model::Output> Output for T {}

/// Combines two bounds, so that a type that meets neither causes one error.
macro_rules! both {
    ($($demand:ident $message:literal $note:literal: $($name:ident $side:ident),*;)*) => {$($(
        #[diagnostic::on_unimplemented(
            message = $message,
            label = "not an object with members",
            note = $note
        )]
        pub trait $name {
            /// Does nothing; its path asserts the bound.
            fn assert_implemented() {}
        }

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
