//! `ServiceLayer`: the tower layers that go around an application, a router or a route.

use bytes::Bytes;
use http_body::Body;
use tower_layer::Layer;
use tower_service::Service;

use super::endpoint::Endpoint;
use crate::extract::ReceivedBody;
use crate::response::{BodyError, ErrorFormat};

/// A tower layer that goes around an application, a router or a route: any `Layer<Endpoint>` whose service can be cloned, takes the
/// requests and responds with any body.
///
/// ```
/// fn takes_layer(_: impl avocet::layer::ServiceLayer) {}
/// takes_layer(tower_http::cors::CorsLayer::permissive());
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a layer of HTTP services",
    label = "not a layer that takes the requests of an application",
    note = "a layer is a `tower::Layer<Endpoint>`; its service is `Clone + Send + Sync`, takes `http::Request<ReceivedBody>` and returns an `http::Response`"
)]
pub trait ServiceLayer: Send + Sync + 'static {
    #[doc(hidden)]
    fn wrap(&self, inner: Endpoint, errors: ErrorFormat) -> Endpoint;
}

impl<L, B> ServiceLayer for L
where
    L: Layer<Endpoint> + Send + Sync + 'static,
    L::Service: Service<http::Request<ReceivedBody>, Response = http::Response<B>>,
    L::Service: Clone + Send + Sync + 'static,
    <L::Service as Service<http::Request<ReceivedBody>>>::Error: Into<BodyError>,
    <L::Service as Service<http::Request<ReceivedBody>>>::Future: Send + 'static,
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BodyError>,
{
    fn wrap(&self, inner: Endpoint, errors: ErrorFormat) -> Endpoint {
        Endpoint::of(self.layer(inner), errors)
    }
}
