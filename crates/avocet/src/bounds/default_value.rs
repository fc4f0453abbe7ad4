//! The default of an argument.

/// A type whose value the document can show as a default.
#[diagnostic::on_unimplemented(
    message = "the document cannot show a default of `{Self}`",
    label = "not `Serialize`",
    note = "write `#[model]` instead of `#[model(input)]`, or derive serde's `Serialize`"
)]
pub trait DefaultValue {
    /// Does nothing; its path asserts the bound.
    fn assert_implemented() {}
}

#[diagnostic::do_not_recommend]
impl<T: serde::Serialize> DefaultValue for T {}
