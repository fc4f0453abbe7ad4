//! The state of an application.

/// A type for an argument with `#[state]`. An error names the trait that is missing.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the type of a state",
    note = "a state is `Clone`, `Send` and `Sync`, because each request gets a clone; wrap a value that is not in an `Arc`"
)]
pub trait State {
    /// Does nothing; its path asserts the bound.
    fn assert_implemented() {}
}

impl<T: Clone + Send + Sync + 'static> State for T {}
