//! The headers of the request id and of the trace.

use avocet_context::{RequestId, TraceContext};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};

/// The header of the request id, in requests and responses.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
const TRACESTATE: HeaderName = HeaderName::from_static("tracestate");

/// Returns whether a header is one of those that a request's context is made from.
pub(super) fn is_of_context(name: &HeaderName) -> bool {
    *name == REQUEST_ID || *name == TRACEPARENT
}

/// Returns the client's id, if it sent a well-formed one.
pub(super) fn request_id(headers: &HeaderMap) -> Option<RequestId> {
    RequestId::parse(headers.get(REQUEST_ID)?.to_str().ok()?)
}

/// Returns the caller's trace, if it sent a valid `traceparent`, once.
pub(super) fn trace(headers: &HeaderMap) -> Option<TraceContext> {
    let mut lines = headers.get_all(TRACEPARENT).iter();
    let traceparent = lines.next()?.to_str().ok()?;
    if lines.next().is_some() {
        return None;
    }
    let states = headers.get_all(TRACESTATE).iter().map(HeaderValue::to_str);
    let states = states.collect::<Result<Vec<_>, _>>().unwrap_or_default();
    TraceContext::continued(traceparent, Some(&states.join(",")))
}

/// Returns an id as a header value.
pub(super) fn id_value(id: &RequestId) -> HeaderValue {
    HeaderValue::from_maybe_shared(Bytes::from(id.to_string()))
        .unwrap_or(HeaderValue::from_static(""))
}

/// Returns the headers that continue the trace of the current request in a request on its behalf: `traceparent` and, if the client sent a
/// valid one, `tracestate`. Without a trace there are none.
///
/// ```
/// use avocet::observe::outgoing_headers;
/// use avocet::prelude::*;
/// use avocet::testing::TestClient;
///
/// /// What a call to another server would carry.
/// #[get("/")]
/// async fn outgoing() -> String {
///     outgoing_headers()["traceparent"].to_str().unwrap_or_default().to_owned()
/// }
///
/// # #[avocet::main]
/// # async fn main() -> avocet::Result<()> {
/// let client = TestClient::new(App::new("Traced", "1.0.0").routes(routes![outgoing]).build()?);
/// let traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
/// let text: String = client.get("/").header("traceparent", traceparent).send().await.json().await;
/// assert!(text.starts_with("00-0af7651916cd43dd8448eb211c80319c-") && text.ends_with("-01"));
/// assert!(!text.contains("b7ad6b7169203331"), "the parent is this server now");
/// # Ok(())
/// # }
/// ```
pub fn outgoing_headers() -> HeaderMap {
    let mut headers = HeaderMap::new();
    if let Some(trace) = TraceContext::current() {
        let parent = HeaderValue::try_from(trace.traceparent());
        headers.extend(parent.map(|parent| (TRACEPARENT, parent)));
        let state = trace.tracestate().map(HeaderValue::try_from);
        headers.extend(state.and_then(Result::ok).map(|state| (TRACESTATE, state)));
    }
    headers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_traceparent_that_comes_twice_is_none() {
        let value = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        let mut headers = HeaderMap::new();
        headers.append(TRACEPARENT, HeaderValue::from_static(value));
        assert!(trace(&headers).is_some());
        headers.append(TRACEPARENT, HeaderValue::from_static(value));
        assert_eq!(trace(&headers), None);
    }

    #[test]
    fn the_lines_of_a_state_are_joined() {
        let mut headers = HeaderMap::new();
        let value = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        headers.append(TRACEPARENT, HeaderValue::from_static(value));
        for state in ["a=1", "t@v=2"] {
            headers.append(TRACESTATE, HeaderValue::from_static(state));
        }
        let trace = trace(&headers).expect("a trace");
        assert_eq!(trace.tracestate(), Some("a=1,t@v=2"));
    }

    #[test]
    fn bytes_that_are_not_text_are_no_id() {
        let mut headers = HeaderMap::new();
        headers.insert(
            REQUEST_ID,
            HeaderValue::from_bytes(b"\xff").expect("a header"),
        );
        assert_eq!(request_id(&headers), None);
        headers.insert(REQUEST_ID, HeaderValue::from_static("7"));
        let id = request_id(&headers).expect("an id");
        assert_eq!(id_value(&id), "7");
    }
}
