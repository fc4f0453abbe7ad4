//! `TestResponse`: what a request was answered, whole or item by item.

use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use http_body_util::BodyExt;
use serde::de::DeserializeOwned;

use super::TestEvent;
use super::events::Events;
use crate::response::{Response, ResponseBody};

/// An answer, whose body is still to be read.
pub struct TestResponse {
    status: StatusCode,
    headers: HeaderMap,
    body: ResponseBody,
    /// What was received of events and not yet given out.
    events: Events,
    /// What was received behind the last whole line.
    line: Vec<u8>,
}

impl TestResponse {
    pub(super) fn new(response: Response) -> Self {
        let (head, body) = response.into_parts();
        Self {
            status: head.status,
            headers: head.headers,
            body,
            events: Events::default(),
            line: Vec::new(),
        }
    }

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

    /// The next event of an event stream, comments left out; `None` when the stream has ended well.
    ///
    /// # Panics
    /// When the stream breaks off; [`TestResponse::next_event_or_break`] gives that as a value.
    pub async fn next_event(&mut self) -> Option<TestEvent> {
        whole(self.next_event_or_break().await)
    }

    /// The next event of an event stream, or the reason why the stream broke off.
    ///
    /// # Errors
    /// When the stream breaks off before its end.
    pub async fn next_event_or_break(&mut self) -> Result<Option<TestEvent>, StreamBroken> {
        loop {
            if let Some(event) = self.events.next() {
                return Ok(Some(event));
            }
            match self.next_bytes_or_break().await? {
                Some(bytes) => self.events.receive(&bytes),
                None => return Ok(None),
            }
        }
    }

    /// The next item of JSON lines; `None` when the stream has ended well.
    ///
    /// ```
    /// use avocet::prelude::*;
    /// use avocet::testing::TestClient;
    ///
    /// #[get("/numbers")]
    /// async fn numbers() -> JsonLines<u32> {
    ///     JsonLines::new(stream! { yield 1; yield 2; })
    /// }
    ///
    /// # #[avocet::main]
    /// # async fn main() -> avocet::Result<()> {
    /// let client = TestClient::new(App::new("Numbers", "1.0.0").routes(routes![numbers]).build()?);
    /// let mut response = client.get("/numbers").send().await;
    /// assert_eq!(response.next_item::<u32>().await, Some(1));
    /// assert_eq!(response.next_item::<u32>().await, Some(2));
    /// assert_eq!(response.next_item::<u32>().await, None);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    /// When the line is not the JSON of a `T` (it may be the error of the stream), or when the stream breaks off;
    /// [`TestResponse::next_item_or_break`] gives the latter as a value.
    pub async fn next_item<T: DeserializeOwned>(&mut self) -> Option<T> {
        whole(self.next_item_or_break().await)
    }

    /// The next item of JSON lines, or the reason why the stream broke off.
    ///
    /// # Errors
    /// When the stream breaks off before its end. What came of a line is lost then.
    ///
    /// # Panics
    /// When the line is not the JSON of a `T`.
    pub async fn next_item_or_break<T: DeserializeOwned>(
        &mut self,
    ) -> Result<Option<T>, StreamBroken> {
        let line = loop {
            if let Some(end) = self.line.iter().position(|byte| *byte == b'\n') {
                break self.line.drain(..=end).collect();
            }
            match self.next_bytes_or_break().await? {
                Some(bytes) => self.line.extend_from_slice(&bytes),
                None if self.line.trim_ascii().is_empty() => return Ok(None),
                None => break std::mem::take(&mut self.line),
            }
        };
        let read = serde_json::from_slice(&line);
        Ok(Some(read.unwrap_or_else(|error| {
            panic!("{error} in {}", String::from_utf8_lossy(&line))
        })))
    }

    /// The next bytes of the body, as they were written together; `None` when it has ended well.
    ///
    /// # Errors
    /// When the body breaks off before its end.
    pub async fn next_bytes_or_break(&mut self) -> Result<Option<Bytes>, StreamBroken> {
        loop {
            let Some(frame) = self.body.frame().await else {
                return Ok(None);
            };
            let frame = frame.map_err(|error| StreamBroken(error.to_string()))?;
            if let Ok(bytes) = frame.into_data() {
                return Ok(Some(bytes));
            }
        }
    }
}

fn whole<T>(next: Result<Option<T>, StreamBroken>) -> Option<T> {
    next.unwrap_or_else(|error| panic!("{error}"))
}

/// A body ended before its end: over a socket, the connection would have broken off.
///
/// ```
/// use avocet::prelude::*;
/// use avocet::testing::TestClient;
///
/// #[get("/numbers")]
/// async fn numbers() -> JsonLines<u32> {
///     JsonLines::new(stream! {
///         yield 1;
///         Err(HttpError::new(StatusCode::BAD_GATEWAY, "no more"))?;
///     })
/// }
///
/// # #[avocet::main]
/// # async fn main() -> avocet::Result<()> {
/// let client = TestClient::new(App::new("Numbers", "1.0.0").routes(routes![numbers]).build()?);
/// let mut response = client.get("/numbers").send().await;
/// response.next_item::<u32>().await;
/// let error = response.next_item::<serde_json::Value>().await.unwrap();
/// assert_eq!(error["error"]["detail"], "no more");
/// let end = response.next_item_or_break::<u32>().await.unwrap_err();
/// assert_eq!(end.to_string(), "the stream broke off: 502 Bad Gateway: no more");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamBroken(String);

impl fmt::Display for StreamBroken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the stream broke off: {}", self.0)
    }
}

impl std::error::Error for StreamBroken {}

impl fmt::Debug for TestResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestAnswer")
            .field("status", &self.status)
            .field("headers", &self.headers)
            .finish_non_exhaustive()
    }
}
