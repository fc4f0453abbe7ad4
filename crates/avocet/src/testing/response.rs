//! `TestResponse`: a response for tests, read whole or item by item.

use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use http_body_util::BodyExt;
use serde::de::DeserializeOwned;

use super::TestEvent;
use super::events::Events;
use crate::response::{Response, ResponseBody};

/// A response whose body is not read yet.
pub struct TestResponse {
    status: StatusCode,
    headers: HeaderMap,
    body: ResponseBody,
    /// The received events that are not returned yet.
    events: Events,
    /// The bytes received after the last complete line.
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

    /// Returns the status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Returns the headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Returns the value of a header, as text.
    ///
    /// # Panics
    /// If the response does not have the header, or its value is not text.
    pub fn header(&self, name: &str) -> &str {
        let value = self
            .headers
            .get(name)
            .unwrap_or_else(|| panic!("no header `{name}` in {:?}", self.headers));
        value
            .to_str()
            .unwrap_or_else(|error| panic!("the header `{name}`: {error}"))
    }

    /// Returns the whole body.
    ///
    /// # Panics
    /// If the body is aborted.
    pub async fn bytes(self) -> Bytes {
        match self.body.collect().await {
            Ok(body) => body.to_bytes(),
            Err(error) => panic!("the body ended early: {error}"),
        }
    }

    /// Returns the whole body as text.
    ///
    /// # Panics
    /// If the body is aborted or is not UTF-8.
    pub async fn text(self) -> String {
        let bytes = self.bytes().await.to_vec();
        String::from_utf8(bytes).unwrap_or_else(|error| panic!("the body: {error}"))
    }

    /// Returns the whole body, parsed from JSON.
    ///
    /// # Panics
    /// If the body is aborted or is not the JSON of a `T`.
    pub async fn json<T: DeserializeOwned>(self) -> T {
        let text = self.text().await;
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error} in {text}"))
    }

    /// Returns the next event of an event stream, without comments; `None` at the clean end of the stream.
    ///
    /// # Panics
    /// If the stream is aborted; [`TestResponse::next_event_or_break`] returns that as an error.
    pub async fn next_event(&mut self) -> Option<TestEvent> {
        whole(self.next_event_or_break().await)
    }

    /// Returns the next event of an event stream, or the reason why the stream was aborted.
    ///
    /// # Errors
    /// If the stream is aborted.
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

    /// Returns the next item of JSON lines; `None` at the clean end of the stream.
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
    /// If the line is not the JSON of a `T` (it may be the error of the stream), or if the stream is aborted;
    /// [`TestResponse::next_item_or_break`] returns the latter as an error.
    pub async fn next_item<T: DeserializeOwned>(&mut self) -> Option<T> {
        whole(self.next_item_or_break().await)
    }

    /// Returns the next item of JSON lines, or the reason why the stream was aborted.
    ///
    /// # Errors
    /// If the stream is aborted. An incomplete line is then lost.
    ///
    /// # Panics
    /// If the line is not the JSON of a `T`.
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

    /// Returns the next bytes of the body, as they were written together; `None` at its clean end.
    ///
    /// # Errors
    /// If the body is aborted.
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

/// The error of a body that was aborted: over a socket, the connection would have been closed or reset.
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
/// assert_eq!(end.to_string(), "the stream ended early: 502 Bad Gateway: no more");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamBroken(String);

impl fmt::Display for StreamBroken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the stream ended early: {}", self.0)
    }
}

impl std::error::Error for StreamBroken {}

impl fmt::Debug for TestResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestResponse")
            .field("status", &self.status)
            .field("headers", &self.headers)
            .finish_non_exhaustive()
    }
}
