//! `ServiceLayer`: the tower layers and middleware that go around an application, a router or a route.

use std::sync::Arc;

use bytes::Bytes;
use http_body::Body;
use tower_layer::Layer;
use tower_service::Service;

use super::endpoint::Endpoint;
use super::middleware::{Next, Outcome, Request};
use super::with_settings::Middleware;
use crate::extract::ReceivedBody;
use crate::lifecycle::InnerApplication;
use crate::operation::Operation;
use crate::response::{BodyError, ErrorFormat};

/// The kind of a tower layer, for [`ServiceLayer`].
///
/// ```
/// fn takes_layer(_: impl avocet::layer::ServiceLayer<avocet::layer::TowerLayer>) {}
/// takes_layer(tower_http::cors::CorsLayer::permissive());
/// ```
#[derive(Debug)]
pub struct TowerLayer;

/// The kind of a [`Middleware`], for [`ServiceLayer`].
///
/// ```
/// use avocet::layer::{Middleware, ServiceLayer, ValueMiddleware};
///
/// fn layer(middleware: impl Middleware) -> impl ServiceLayer<ValueMiddleware> {
///     middleware
/// }
/// ```
#[derive(Debug)]
pub struct ValueMiddleware;

/// A layer that goes around an application, a router or a route: a [`Middleware`], or any tower `Layer<Endpoint>` whose service can be cloned,
/// takes the requests and responds with any body. The compiler infers `Kind`.
///
/// ```
/// fn takes_layer(_: impl avocet::layer::ServiceLayer) {}
/// takes_layer(tower_http::cors::CorsLayer::permissive());
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a layer of HTTP services",
    label = "not a layer that takes the requests of an application",
    note = "a layer is an `avocet::layer::Middleware` or a `tower::Layer<Endpoint>`; the layer's service is `Clone + Send + Sync`, takes `http::Request<ReceivedBody>` and returns an `http::Response`"
)]
pub trait ServiceLayer<Kind = TowerLayer>: Send + Sync + 'static {
    #[doc(hidden)]
    fn wrap(self: Arc<Self>, inner: Endpoint, errors: ErrorFormat) -> Endpoint;

    #[doc(hidden)]
    fn mistakes(&self) -> Vec<String> {
        Vec::new()
    }

    #[doc(hidden)]
    fn join(&self, _: &mut Operation) {}

    #[doc(hidden)]
    fn inside(&self) -> Vec<InnerApplication> {
        Vec::new()
    }
}

impl<L, B> ServiceLayer<TowerLayer> for L
where
    L: Layer<Endpoint> + Send + Sync + 'static,
    L::Service: Service<http::Request<ReceivedBody>, Response = http::Response<B>>,
    L::Service: Clone + Send + Sync + 'static,
    <L::Service as Service<http::Request<ReceivedBody>>>::Error: Into<BodyError>,
    <L::Service as Service<http::Request<ReceivedBody>>>::Future: Send + 'static,
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BodyError>,
{
    fn wrap(self: Arc<Self>, inner: Endpoint, errors: ErrorFormat) -> Endpoint {
        Endpoint::of(self.layer(inner), errors)
    }
}

impl<M: Middleware> ServiceLayer<ValueMiddleware> for M {
    fn wrap(self: Arc<Self>, inner: Endpoint, errors: ErrorFormat) -> Endpoint {
        Endpoint::new(move |request| {
            let next = Next::new(inner.clone());
            let response = Arc::clone(&self).run(Request::new(request), next);
            Box::pin(async move { response.await.into_response(errors) })
        })
    }

    fn mistakes(&self) -> Vec<String> {
        self.check()
    }

    fn join(&self, operation: &mut Operation) {
        self.describe(operation);
    }

    fn inside(&self) -> Vec<InnerApplication> {
        self.applications()
    }
}
