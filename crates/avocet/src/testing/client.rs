//! `TestClient`: requests to a service, in process.

use std::convert::Infallible;
use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, header};
use http_body_util::{BodyExt, Full};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tower_service::Service as _;

use super::TestForm;
use crate::app::Service;
use crate::respond::{Response, ResponseBody};

/// Sends requests to a service in the same process: everything but the socket is real.
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
/// let answer = client.get("/double?n=4").send().await;
/// assert_eq!(answer.status(), 200);
/// assert_eq!(answer.json::<u32>().await, 8);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct TestClient {
    service: Service,
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
    /// A client of this service.
    pub fn new(service: Service) -> Self {
        Self { service }
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

    /// A request of any method.
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

/// A request that is being put together.
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
    /// When name or value cannot stand in a header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let name = HeaderName::try_from(name).unwrap_or_else(|error| panic!("{name:?}: {error}"));
        let value =
            HeaderValue::try_from(value).unwrap_or_else(|error| panic!("{value:?}: {error}"));
        self.headers.append(name, value);
        self
    }

    /// Sets the body to a value's JSON, with its content type.
    ///
    /// # Panics
    /// When the value cannot be serialized.
    pub fn json<T: Serialize + ?Sized>(self, value: &T) -> Self {
        let text =
            serde_json::to_vec(value).unwrap_or_else(|error| panic!("the test's body: {error}"));
        self.header(header::CONTENT_TYPE.as_str(), "application/json")
            .body(text)
    }

    /// Sets the body to a urlencoded form, with its content type. A name may repeat.
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

    /// Sends it, and waits for the head of the answer.
    ///
    /// # Panics
    /// When the path is no request target.
    pub async fn send(mut self) -> TestAnswer {
        let mut request = Request::new(Full::new(self.body));
        *request.method_mut() = self.method;
        *request.uri_mut() = self
            .path
            .parse()
            .unwrap_or_else(|error| panic!("{:?}: {error}", self.path));
        *request.headers_mut() = self.headers;
        let answer: Result<Response, Infallible> = self.service.call(request).await;
        let Ok(answer) = answer;
        let (head, body) = answer.into_parts();
        TestAnswer {
            status: head.status,
            headers: head.headers,
            body,
            unread: String::new(),
        }
    }
}

/// An answer, whose body is still to be read.
pub struct TestAnswer {
    status: StatusCode,
    headers: HeaderMap,
    body: ResponseBody,
    /// What was received behind the last whole event.
    unread: String,
}

impl TestAnswer {
    /// The status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The value of a header, as text.
    ///
    /// # Panics
    /// When the answer has no such header, or one that is no text.
    pub fn header(&self, name: &str) -> &str {
        let value = self
            .headers
            .get(name)
            .unwrap_or_else(|| panic!("no header `{name}` in {:?}", self.headers));
        value
            .to_str()
            .unwrap_or_else(|error| panic!("the header `{name}`: {error}"))
    }

    /// The whole body.
    ///
    /// # Panics
    /// When the body breaks off.
    pub async fn bytes(self) -> Bytes {
        match self.body.collect().await {
            Ok(body) => body.to_bytes(),
            Err(error) => panic!("the body broke off: {error}"),
        }
    }

    /// The whole body as text.
    ///
    /// # Panics
    /// When the body breaks off or is not UTF-8.
    pub async fn text(self) -> String {
        let bytes = self.bytes().await.to_vec();
        String::from_utf8(bytes).unwrap_or_else(|error| panic!("the body: {error}"))
    }

    /// The whole body, read from JSON.
    ///
    /// # Panics
    /// When the body breaks off or is not the JSON of a `T`.
    pub async fn json<T: DeserializeOwned>(self) -> T {
        let text = self.text().await;
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error} in {text}"))
    }

    /// The next event of a stream, comments left out; `None` when the stream has ended well.
    ///
    /// # Panics
    /// When the stream breaks off; [`TestAnswer::next_event_or_break`] gives that as a value.
    pub async fn next_event(&mut self) -> Option<TestEvent> {
        match self.next_event_or_break().await {
            Ok(event) => event,
            Err(error) => panic!("the stream broke off: {error}"),
        }
    }

    /// The next event of a stream, or the reason why it broke off.
    ///
    /// # Errors
    /// When the stream breaks off before its end.
    pub async fn next_event_or_break(&mut self) -> Result<Option<TestEvent>, String> {
        loop {
            while let Some(end) = self.unread.find("\n\n") {
                let rest = self.unread.split_off(end + 2);
                let text = std::mem::replace(&mut self.unread, rest);
                if let Some(event) = TestEvent::parse(&text) {
                    return Ok(Some(event));
                }
            }
            let Some(frame) = self.body.frame().await else {
                return Ok(None);
            };
            let frame = frame.map_err(|error| error.to_string())?;
            if let Ok(data) = frame.into_data() {
                self.unread.push_str(&String::from_utf8_lossy(&data));
            }
        }
    }
}

impl fmt::Debug for TestAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestAnswer")
            .field("status", &self.status)
            .field("headers", &self.headers)
            .finish_non_exhaustive()
    }
}

/// A server-sent event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TestEvent {
    /// Its name; empty where it has none.
    pub name: String,
    /// Its data, the lines joined.
    pub data: String,
}

impl TestEvent {
    /// The data, read from JSON.
    ///
    /// # Panics
    /// When the data is not the JSON of a `T`.
    pub fn json<T: DeserializeOwned>(&self) -> T {
        serde_json::from_str(&self.data).unwrap_or_else(|error| panic!("{error} in {}", self.data))
    }

    /// What stands between two blank lines; `None` where it is only a comment.
    fn parse(text: &str) -> Option<Self> {
        let mut name = String::new();
        let mut data: Vec<&str> = Vec::new();
        for line in text.lines() {
            match line.split_once(": ") {
                Some(("event", value)) => value.clone_into(&mut name),
                Some(("data", value)) => data.push(value),
                _ => {}
            }
        }
        (!data.is_empty()).then(|| Self {
            name,
            data: data.join("\n"),
        })
    }
}
