//! The WebSocket handshake: the request and its response (RFC 6455, section 4.2).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Version, header};

use super::config::WebSocketConfig;
use crate::extract::RequestContext;
use crate::report::RejectionReason;
use crate::response::{HttpError, Response, ResponseBody};

/// A valid upgrade request.
#[derive(Debug)]
pub(super) struct Handshake {
    accept: HeaderValue,
    subprotocol: Option<HeaderValue>,
}

impl Handshake {
    /// Checks the request and the origin of its page.
    pub(super) fn check(
        context: &RequestContext,
        config: &WebSocketConfig,
    ) -> Result<Self, HttpError> {
        let headers = context.headers();
        if context.version() != Version::HTTP_11 {
            let sentence = "A WebSocket handshake must use HTTP/1.1";
            return Err(malformed(sentence));
        }
        if !names(headers, header::UPGRADE, "websocket")
            || !names(headers, header::CONNECTION, "upgrade")
        {
            return Err(upgrade_required(
                "This is a WebSocket: connect with `ws://` or `wss://`",
            ));
        }
        let version = headers.get(header::SEC_WEBSOCKET_VERSION);
        if version.is_none_or(|version| version != "13") {
            return Err(upgrade_required("The WebSocket version must be 13").header(
                header::SEC_WEBSOCKET_VERSION,
                HeaderValue::from_static("13"),
            ));
        }
        let Some(accept) = accept(headers) else {
            let sentence = "`Sec-WebSocket-Key` is not 16 bytes in base64";
            return Err(malformed(sentence));
        };
        if !context.has_no_body() {
            let sentence = "A WebSocket request must not have a body";
            return Err(malformed(sentence));
        }
        if !config.origins.admit_to(context.host(), headers) {
            let sentence = if headers.contains_key(header::ORIGIN) {
                "Pages of this origin may not connect"
            } else {
                "A request with cookies must have an `Origin`"
            };
            return Err(HttpError::new(StatusCode::FORBIDDEN, sentence)
                .rejecting(RejectionReason::Forbidden));
        }
        Ok(Self {
            accept,
            subprotocol: subprotocol(headers, &config.subprotocols),
        })
    }

    /// Returns the response that upgrades the connection to a WebSocket.
    pub(super) fn response(self) -> Response {
        let mut response = Response::new(ResponseBody::empty());
        *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
        let headers = response.headers_mut();
        headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
        headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
        headers.insert(header::SEC_WEBSOCKET_ACCEPT, self.accept);
        if let Some(subprotocol) = self.subprotocol {
            headers.insert(header::SEC_WEBSOCKET_PROTOCOL, subprotocol);
        }
        response
    }

    /// Returns the negotiated subprotocol.
    pub(super) fn subprotocol(&self) -> Option<&str> {
        self.subprotocol.as_ref()?.to_str().ok()
    }
}

fn malformed(sentence: &str) -> HttpError {
    HttpError::new(StatusCode::BAD_REQUEST, sentence).rejecting(RejectionReason::Malformed)
}

fn upgrade_required(sentence: &str) -> HttpError {
    HttpError::new(StatusCode::UPGRADE_REQUIRED, sentence)
        .rejecting(RejectionReason::Other)
        .header(header::UPGRADE, HeaderValue::from_static("websocket"))
        .header(header::CONNECTION, HeaderValue::from_static("upgrade"))
}

/// Returns whether a list header contains `name`.
fn names(headers: &HeaderMap, header: HeaderName, name: &str) -> bool {
    words(headers, header).any(|word| word.eq_ignore_ascii_case(name))
}

fn words(headers: &HeaderMap, header: HeaderName) -> impl Iterator<Item = &str> {
    let lines = headers.get_all(header).into_iter();
    let texts = lines.filter_map(|line| line.to_str().ok());
    texts.flat_map(|text| text.split(',')).map(str::trim)
}

/// Computes `Sec-WebSocket-Accept`.
fn accept(headers: &HeaderMap) -> Option<HeaderValue> {
    const GUID: &[u8] = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    let key = headers.get(header::SEC_WEBSOCKET_KEY)?.as_bytes();
    if STANDARD.decode(key).ok()?.len() != 16 {
        return None;
    }
    let mut digest = sha1_smol::Sha1::new();
    digest.update(key);
    digest.update(GUID);
    HeaderValue::try_from(STANDARD.encode(digest.digest().bytes())).ok()
}

/// Returns the first of the known subprotocols that the client offers too.
fn subprotocol(headers: &HeaderMap, known: &[String]) -> Option<HeaderValue> {
    let offered: Vec<&str> = words(headers, header::SEC_WEBSOCKET_PROTOCOL).collect();
    let chosen = known
        .iter()
        .find(|known| offered.contains(&known.as_str()))?;
    HeaderValue::from_str(chosen).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_standard() {
        let mut headers = HeaderMap::new();
        let key = HeaderValue::from_static("dGhlIHNhbXBsZSBub25jZQ==");
        headers.insert(header::SEC_WEBSOCKET_KEY, key);
        let accept = accept(&headers).expect("a good key");
        assert_eq!(accept, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }

    #[test]
    fn subprotocols_by_our_preference() {
        let mut headers = HeaderMap::new();
        let offered = HeaderValue::from_static("chat.v1, chat.v2");
        headers.insert(header::SEC_WEBSOCKET_PROTOCOL, offered);
        let known = ["chat.v2".to_owned(), "chat.v1".to_owned()];
        assert_eq!(subprotocol(&headers, &known).expect("one"), "chat.v2");
        assert_eq!(subprotocol(&headers, &["other".to_owned()]), None);
    }
}
