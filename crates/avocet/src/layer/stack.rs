//! The layers around an application, a router or a route.

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use super::endpoint::Endpoint;
use super::middleware::{Next, Outcome, Request};
use super::service_layer::ServiceLayer;
use crate::response::ErrorFormat;

/// Layers with their types erased, the innermost first.
#[derive(Clone, Default)]
pub(crate) struct Layers(Vec<Wrap>);

type Wrap = Arc<dyn Fn(Endpoint, ErrorFormat) -> Endpoint + Send + Sync>;

impl Layers {
    /// Adds a tower layer outside the existing ones.
    pub(crate) fn layer(&mut self, layer: impl ServiceLayer) {
        self.0
            .push(Arc::new(move |inner, errors| layer.wrap(inner, errors)));
    }

    /// Adds a middleware outside the existing layers.
    pub(crate) fn middleware<F, Fut>(&mut self, middleware: F)
    where
        F: Fn(Request, Next) -> Fut + Send + Sync + 'static,
        Fut: Future<Output: Outcome> + Send + 'static,
    {
        let middleware = Arc::new(middleware);
        self.0.push(Arc::new(move |inner, errors| {
            let middleware = Arc::clone(&middleware);
            Endpoint::new(move |request| {
                let response = middleware(Request::new(request), Next::new(inner.clone()));
                Box::pin(async move { response.await.into_response(errors) })
            })
        }));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds `outer` outside the existing layers.
    pub(crate) fn extend(&mut self, outer: &Self) {
        self.0.extend(outer.0.iter().cloned());
    }

    /// Wraps an endpoint, or returns `None` if there is no layer.
    pub(crate) fn around(
        &self,
        endpoint: impl FnOnce() -> Endpoint,
        errors: ErrorFormat,
    ) -> Option<Endpoint> {
        let (first, others) = self.0.split_first()?;
        let inner = first(endpoint(), errors);
        Some(others.iter().fold(inner, |inner, wrap| wrap(inner, errors)))
    }
}

impl fmt::Debug for Layers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Layers({})", self.0.len())
    }
}
