//! The layer of a route.

use tower_layer::Layer;

use crate::layer::Endpoint;

/// A tower layer around a route.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a layer",
    label = "not a tower layer",
    note = "`layer = value` in a route attribute takes a `tower::Layer`, as `Route::layer` does"
)]
pub trait RouteLayer: Sized {
    /// Returns the layer; the path asserts the bound.
    fn layer(self) -> Self {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<L: Layer<Endpoint>> RouteLayer for L {}
