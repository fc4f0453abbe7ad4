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
use crate::depend::{Dependency, Replacements};
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
    replacements: Replacements,
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
            replacements: Replacements::default(),
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
            replacements: Replacements::default(),
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

    /// Uses a value instead of a dependency, in all requests of this client and its clones. What the dependency itself depends on does
    /// not run for it.
    ///
    /// ```
    /// use avocet::prelude::*;
    /// use avocet::testing::TestClient;
    /// use avocet::types::Secret;
    ///
    /// #[dependency]
    /// async fn current_user(#[bearer] token: Secret<String>) -> Result<String, HttpError> {
    ///     Err(avocet::security::unauthorized("Bearer", "No database in this test"))
    /// }
    ///
    /// #[get("/me")]
    /// async fn me(#[depends(current_user)] user: String) -> String { user }
    ///
    /// # #[avocet::main]
    /// # async fn main() -> avocet::Result<()> {
    /// let service = App::new("Club", "1.0.0").routes(routes![me]).build()?;
    /// let client = TestClient::new(service).replace::<current_user>(|| "ada".to_owned());
    /// assert_eq!(client.get("/me").send().await.text().await, "\"ada\"");
    /// # Ok(())
    /// # }
    /// ```
    pub fn replace<D: Dependency>(
        mut self,
        value: impl Fn() -> D::Value + Send + Sync + 'static,
    ) -> Self {
        self.replacements.add::<D>(value);
        self
    }

    /// Calls every documented operation that is not `public` without credentials, and returns those that do not respond with 401: the
    /// method, the path and the status.
    ///
    /// Each variable of a path is sent as `1`.
    ///
    /// ```
    /// use avocet::prelude::*;
    /// use avocet::testing::TestClient;
    ///
    /// #[get("/me")]
    /// async fn me() -> u32 { 1 }
    ///
    /// #[get("/news", public)]
    /// async fn news() -> u32 { 1 }
    ///
    /// # #[avocet::main]
    /// # async fn main() -> avocet::Result<()> {
    /// let client = TestClient::new(App::new("Club", "1.0.0").routes(routes![me, news]).build()?);
    /// assert_eq!(client.open_operations().await, ["GET /me: 200 OK"]);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn open_operations(&self) -> Vec<String> {
        let mut open = Vec::new();
        let service = self.service.clone();
        let operations = service.operations().iter();
        for operation in operations.filter(|it| it.include_in_schema && !it.public) {
            let path = with_variables(&operation.path);
            let response = self.request(operation.method.clone(), &path).send().await;
            let status = response.status();
            if status != 401 {
                open.push(format!("{} {}: {status}", operation.method, operation.path));
            }
        }
        open
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
        let replacements = self.replacements.clone();
        TestRequest {
            service,
            replacements,
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
    replacements: Replacements,
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
        if !self.replacements.is_empty() {
            request.extensions_mut().insert(self.replacements);
        }
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

/// Returns a path of a template, with `1` for each variable.
fn with_variables(template: &str) -> String {
    let mut parts = template.split('{');
    let mut path = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        path.push('1');
        path.push_str(part.split_once('}').map_or("", |(_, rest)| rest));
    }
    path
}
