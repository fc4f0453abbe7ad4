//! The layers around an application, a router or a route.

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use super::endpoint::Endpoint;
use super::middleware::{Next, Outcome, Request};
use super::service_layer::ServiceLayer;
use crate::lifecycle::InnerApplication;
use crate::operation::{Declaration, Mistake, Operation};
use crate::response::ErrorFormat;

/// Layers with their types erased, the innermost first.
#[derive(Clone, Default)]
pub(crate) struct Layers(Vec<AddedLayer>);

type Wrap = dyn Fn(Endpoint, ErrorFormat) -> Endpoint + Send + Sync;
type Join = dyn Fn(&mut Operation) + Send + Sync;

#[derive(Clone)]
struct AddedLayer {
    wrap: Arc<Wrap>,
    /// Describes what the layer adds to an operation.
    join: Option<Arc<Join>>,
    /// The mistakes in its settings.
    mistakes: Arc<[Mistake]>,
    /// The applications inside it.
    inside: Arc<[InnerApplication]>,
}

impl Layers {
    /// Adds a tower layer outside the existing ones.
    #[track_caller]
    pub(crate) fn layer<Kind>(&mut self, layer: impl ServiceLayer<Kind>) {
        let location = Declaration::here().to_string();
        let mistake = |what| Mistake::at(what, [location.clone()]);
        let mistakes = layer.mistakes().into_iter().map(mistake).collect();
        let inside = layer.inside().into();
        let layer = Arc::new(layer);
        let joined = Arc::clone(&layer);
        self.0.push(AddedLayer {
            wrap: Arc::new(move |inner, errors| Arc::clone(&layer).wrap(inner, errors)),
            join: Some(Arc::new(move |operation| joined.join(operation))),
            mistakes,
            inside,
        });
    }

    pub(crate) fn middleware<F, Fut>(&mut self, middleware: F)
    where
        F: Fn(Request, Next) -> Fut + Send + Sync + 'static,
        Fut: Future<Output: Outcome> + Send + 'static,
    {
        let middleware = Arc::new(middleware);
        let wrap = Arc::new(move |inner: Endpoint, errors| {
            let middleware = Arc::clone(&middleware);
            Endpoint::new(move |request| {
                let response = middleware(Request::new(request), Next::new(inner.clone()));
                Box::pin(async move { response.await.into_response(errors) })
            })
        });
        self.0.push(AddedLayer {
            wrap,
            join: None,
            mistakes: Arc::default(),
            inside: Arc::default(),
        });
    }

    /// Describes in an operation what the layers add to it.
    pub(crate) fn describe(&self, operation: &mut Operation) {
        for join in self.0.iter().filter_map(|layer| layer.join.as_ref()) {
            join(operation);
        }
    }

    /// Returns the mistakes in the settings of the layers.
    pub(crate) fn mistakes(&self) -> impl Iterator<Item = &Mistake> {
        self.0.iter().flat_map(|layer| layer.mistakes.iter())
    }

    /// Returns the applications inside the layers.
    pub(crate) fn inside(&self) -> impl Iterator<Item = &InnerApplication> {
        self.0.iter().flat_map(|layer| layer.inside.iter())
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
        let inner = (first.wrap)(endpoint(), errors);
        Some(
            others
                .iter()
                .fold(inner, |inner, layer| (layer.wrap)(inner, errors)),
        )
    }
}

impl fmt::Debug for Layers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Layers({})", self.0.len())
    }
}
