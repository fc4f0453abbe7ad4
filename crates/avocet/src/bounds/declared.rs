//! The route of a function.

use crate::route::Route;

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
