//! `TestClient`: requests to a service, in process.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http::{Extensions, HeaderMap, HeaderName, HeaderValue, Method, Request, header};
use http_body_util::Full;
use serde::Serialize;
use tokio::time::{Instant, timeout_at};
use tower_service::Service as _;

use super::{TestForm, TestResponse};
use crate::app::Service;
use crate::lifecycle::{StartError, Started};
use crate::response::Response;

/// Sends requests to a service in the same process: the same code runs as behind a socket.
///
/// ```
/// use avocet::prelude::*;
/// use avocet::testing::TestClient;
///
/// #[get("/double")]
/// async fn double(#[query] n: u32) -> u32 {
///     n * 2
/// }
///
/// # #[avocet::main]
/// # async fn main() -> avocet::Result<()> {
/// let client = TestClient::new(App::new("Double", "1.0.0").routes(routes![double]).build()?);
/// let response = client.get("/double?n=4").send().await;
/// assert_eq!(response.status(), 200);
/// assert_eq!(response.json::<u32>().await, 8);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct TestClient {
    service: Service,
    /// What has started, in a client that was made by [`start`](Self::start).
    started: Arc<Mutex<Option<Started>>>,
}

macro_rules! methods {
    ($($name:ident $method:ident;)*) => {$(
        #[doc = concat!("A `", stringify!($method), "` request to a path with its query.")]
        pub fn $name(&self, path: &str) -> TestRequest {
            self.request(Method::$method, path)
        }
    )*};
}

impl TestClient {
    /// Creates a client of this service.
    pub fn new(service: Service) -> Self {
        Self {
            service,
            started: Arc::default(),
        }
    }

    /// Starts what the application starts before its first request, and creates a client.
    ///
    /// # Errors
    /// If a step of the start fails; see [`lifecycle`](crate::lifecycle).
    ///
    /// ```
    /// use avocet::App;
    /// use avocet::testing::TestClient;
    ///
    /// # #[avocet::main]
    /// # async fn main() -> avocet::Result<()> {
    /// let app = App::new("Shop", "1.0.0").on_start(|_| async { Ok(()) });
    /// let client = TestClient::start(app.build()?).await?;
    /// client.stop().await;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn start(service: Service) -> Result<Self, StartError> {
        let started = service.start().await?;
        Ok(Self {
            service,
            started: Arc::new(Mutex::new(Some(started))),
        })
    }

    /// Stops what [`start`](Self::start) has started, as after the last request: components drain, then everything stops in reverse
    /// order, within the [drain deadline](crate::serve::Limits::drain_time).
    ///
    /// ```
    /// # use avocet::{App, testing::TestClient};
    /// # #[avocet::main]
    /// # async fn main() -> avocet::Result<()> {
    /// let app = App::new("Shop", "1.0.0").on_stop(|| async { println!("closed") });
    /// TestClient::start(app.build()?).await?.stop().await;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn stop(self) {
        let started = {
            let mut started = self.started.lock().unwrap_or_else(PoisonError::into_inner);
            started.take()
        };
        if let Some(started) = started {
            let deadline = Instant::now() + self.service.limits().server.drain_time;
            // A component that does not drain may not keep the others from stopping.
            let _ = timeout_at(deadline, started.drain()).await;
            started.stop(deadline).await;
        }
    }

    methods! {
        get GET;
        post POST;
        put PUT;
        patch PATCH;
        delete DELETE;
        head HEAD;
        options OPTIONS;
    }

    /// Begins a request with any method.
    pub fn request(&self, method: Method, path: &str) -> TestRequest {
        let service = self.service.clone();
        TestRequest {
            service,
            method,
            path: path.to_owned(),
            headers: HeaderMap::new(),
            body: Bytes::new(),
        }
    }
}

/// A request builder.
///
/// ```
/// # use avocet::testing::TestClient;
/// let client = TestClient::new(avocet::App::new("Nothing", "1").build().unwrap());
/// let request = client.post("/items").header("x-trace", "1").json(&[1, 2, 3]);
/// ```
#[derive(Debug)]
pub struct TestRequest {
    service: Service,
    method: Method,
    path: String,
    headers: HeaderMap,
    body: Bytes,
}

impl TestRequest {
    /// Adds a header.
    ///
    /// # Panics
    /// If name or value are not valid in a header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let name = HeaderName::try_from(name).unwrap_or_else(|error| panic!("{name:?}: {error}"));
        let value =
            HeaderValue::try_from(value).unwrap_or_else(|error| panic!("{value:?}: {error}"));
        self.headers.append(name, value);
        self
    }

    /// Sets the body to the JSON of a value, with its content type.
    ///
    /// # Panics
    /// If the value cannot be serialized.
    pub fn json<T: Serialize + ?Sized>(self, value: &T) -> Self {
        let text =
            serde_json::to_vec(value).unwrap_or_else(|error| panic!("the test's body: {error}"));
        self.header(header::CONTENT_TYPE.as_str(), "application/json")
            .body(text)
    }

    /// Sets the body to a URL-encoded form, with its content type. A name may repeat.
    pub fn form(self, fields: &[(&str, &str)]) -> Self {
        let mut text = form_urlencoded::Serializer::new(String::new());
        text.extend_pairs(fields);
        self.header(
            header::CONTENT_TYPE.as_str(),
            "application/x-www-form-urlencoded",
        )
        .body(text.finish())
    }

    /// Sets the body to a multipart form, with its content type.
    pub fn multipart(self, form: TestForm) -> Self {
        self.header(header::CONTENT_TYPE.as_str(), &form.content_type())
            .body(form.into_bytes())
    }

    /// Sets the body, without a content type.
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// Sends it, and waits for the response head.
    ///
    /// # Panics
    /// If the path is not a valid request target.
    pub async fn send(self) -> TestResponse {
        self.send_with(Extensions::new()).await
    }

    /// Sends it with the extensions that a server would attach to the request.
    pub(super) async fn send_with(mut self, extensions: Extensions) -> TestResponse {
        let mut request = Request::new(Full::new(self.body));
        *request.extensions_mut() = extensions;
        *request.method_mut() = self.method;
        *request.uri_mut() = self
            .path
            .parse()
            .unwrap_or_else(|error| panic!("{:?}: {error}", self.path));
        *request.headers_mut() = self.headers;
        let response: Result<Response, Infallible> = self.service.call(request).await;
        let Ok(response) = response;
        TestResponse::new(response)
    }
}
