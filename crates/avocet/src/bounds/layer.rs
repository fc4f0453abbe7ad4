//! The layer of a route.

use tower_layer::Layer;

use crate::layer::{Endpoint, Middleware, TowerLayer, ValueMiddleware};

/// A tower layer or a middleware around a route.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a layer",
    label = "not a tower layer and not a middleware",
    note = "`layer = value` in a route attribute takes a `tower::Layer` or an `avocet::layer::Middleware`, as `Route::layer` does"
)]
pub trait RouteLayer<Kind>: Sized {
    /// Returns the layer; the path asserts the bound.
    fn layer(self) -> Self {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<L: Layer<Endpoint>> RouteLayer<TowerLayer> for L {}

#[diagnostic::do_not_recommend]
impl<M: Middleware> RouteLayer<ValueMiddleware> for M {}
