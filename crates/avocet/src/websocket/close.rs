//! `Close`: the code and the reason of a close frame (RFC 6455, section 7.4).

use std::error::Error;
use std::fmt;

use http::StatusCode;

use crate::operation::Operation;
use crate::read::ValidationErrors;
use crate::response::{HttpError, ResponseError};

/// The maximum length of a reason in bytes of UTF-8: a control frame holds 125, two of them the code.
const REASON: usize = 123;

/// The end of a conversation, as sent to the client: a code and a reason.
///
/// A handler returns a `Close` to end with a specific code; as an error it passes through `?`.
///
/// ```
/// use avocet::prelude::*;
/// use avocet::websocket::Close;
///
/// #[websocket("/credit")]
/// async fn spend(mut socket: WebSocket<u32>) -> Result<Close, HttpError> {
///     let mut credit = 100;
///     while let Some(cost) = socket.recv().await {
///         credit = u32::checked_sub(credit, cost).ok_or(Close::new(4001, "no credit left"))?;
///         socket.send(credit).await?;
///     }
///     Ok(Close::new(1000, "bye"))
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Close {
    code: u16,
    reason: String,
}

impl Close {
    /// The conversation is complete.
    pub const NORMAL: u16 = 1000;
    /// The server is shutting down, or the client leaves the page.
    pub const GOING_AWAY: u16 = 1001;
    /// The received data violates the WebSocket protocol.
    pub const PROTOCOL: u16 = 1002;
    /// A message is text where bytes are expected, or bytes where text is expected.
    pub const UNSUPPORTED: u16 = 1003;
    /// The content of a message is invalid.
    pub const INVALID: u16 = 1007;
    /// The request violates the server's policy.
    pub const POLICY: u16 = 1008;
    /// A message exceeds the limit.
    pub const TOO_LARGE: u16 = 1009;
    /// The server encountered an internal error.
    pub const INTERNAL: u16 = 1011;
    /// The server is overloaded.
    pub const TRY_AGAIN: u16 = 1013;
    /// The client must authenticate (registered with IANA as the counterpart of status 401).
    pub const UNAUTHORIZED: u16 = 3000;
    /// The client is not permitted to do this (registered with IANA as the counterpart of status 403).
    pub const FORBIDDEN: u16 = 3003;
    /// The conversation was idle for too long (registered with IANA).
    pub const TIMEOUT: u16 = 3008;

    /// Represents a close frame without a code, and is never sent.
    pub(super) const WITHOUT_CODE: u16 = 1005;

    /// Creates a close with a code and a reason. Applications use the codes 4000 to 4999.
    ///
    /// A reason over 123 bytes is truncated at a character boundary and ends with `…`. A code that an endpoint must not send (below
    /// 1000, 1004, 1005, 1006, 1015 and similar ones) becomes 1011, because a client would treat it as a protocol error.
    ///
    /// ```
    /// use avocet::websocket::Close;
    ///
    /// assert_eq!(Close::new(4000, "é".repeat(100)).reason().len(), 123);
    /// assert_eq!(Close::new(1006, "").code(), 1011);
    /// ```
    pub fn new(code: u16, reason: impl Into<String>) -> Self {
        let code = match code {
            1000..=1003 | 1007..=1014 | 3000..=4999 => code,
            _ => Self::INTERNAL,
        };
        Self {
            code,
            reason: cut(reason.into()),
        }
    }

    /// The close that the client sent, unchanged.
    pub(crate) fn received(code: u16, reason: &str) -> Self {
        Self {
            code,
            reason: reason.to_owned(),
        }
    }

    /// Returns the code.
    ///
    /// ```
    /// assert_eq!(avocet::websocket::Close::new(4000, "enough").code(), 4000);
    /// ```
    pub fn code(&self) -> u16 {
        self.code
    }

    /// Returns the reason.
    ///
    /// ```
    /// assert_eq!(avocet::websocket::Close::new(4000, "enough").reason(), "enough");
    /// ```
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// The close that a client receives when the server shuts down.
    pub(super) fn stopping() -> Self {
        Self::new(Self::GOING_AWAY, "The server is stopping")
    }

    /// The close for an invalid message: as many validation errors as fit into the reason.
    pub(super) fn invalid(errors: &ValidationErrors) -> Self {
        let code = if super::message::is_of_another_kind(errors) {
            Self::UNSUPPORTED
        } else {
            Self::INVALID
        };
        let mut reason = String::new();
        let mut told = 0;
        for error in errors.iter() {
            let sentence = error.to_string();
            let separator = if told == 0 { "" } else { "; " };
            // The remaining errors are counted, and the count needs space too.
            let left = errors.len() - told - 1;
            let count = if left == 0 { 0 } else { more(left).len() };
            if told > 0 && reason.len() + separator.len() + sentence.len() + count > REASON {
                break;
            }
            reason.push_str(separator);
            reason.push_str(&sentence);
            told += 1;
        }
        let left = errors.len() - told;
        if left > 0 {
            let count = more(left);
            reason = cut_to(reason, REASON - count.len());
            reason.push_str(&count);
        }
        Self::new(code, reason)
    }

    /// The close for an error: a rejection with its message, an internal error without one.
    pub(super) fn of_error(error: &HttpError) -> Self {
        if let Some(close) = error.find_source::<Self>() {
            return close.clone();
        }
        if error.find_source::<Closed>().is_some() {
            return Self::new(Self::NORMAL, "");
        }
        let status = error.status();
        let code = match status {
            StatusCode::UNAUTHORIZED => Self::UNAUTHORIZED,
            StatusCode::FORBIDDEN => Self::FORBIDDEN,
            StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS => Self::TRY_AGAIN,
            StatusCode::PAYLOAD_TOO_LARGE => Self::TOO_LARGE,
            StatusCode::UNPROCESSABLE_ENTITY => Self::INVALID,
            status if status.is_server_error() => Self::INTERNAL,
            _ => Self::POLICY,
        };
        Self::new(code, error.said())
    }
}

fn more(left: usize) -> String {
    format!(" (and {left} more)")
}

fn cut(reason: String) -> String {
    cut_to(reason, REASON)
}

/// Truncates to at most `most` bytes at a character boundary.
fn cut_to(mut text: String, most: usize) -> String {
    const MARK: char = '…';
    if text.len() > most {
        let mut end = most - MARK.len_utf8();
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
        text.push(MARK);
    }
    text
}

impl fmt::Display for Close {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.reason.as_str() {
            "" => write!(f, "closed with {}", self.code),
            reason => write!(f, "closed with {}: {reason}", self.code),
        }
    }
}

impl Error for Close {}

/// A close code from the handler is sent to the client and not logged. If the socket has not been used yet, the server accepts
/// the upgrade first and then closes it.
#[diagnostic::do_not_recommend]
impl ResponseError for Close {
    fn describe(_: &mut Operation) {}

    fn into_error(self) -> HttpError {
        HttpError::internal(self)
    }
}

/// The error of a send after the conversation has ended.
///
/// A handler returns it with `?`; it is not reported, because the client has disconnected.
///
/// ```
/// use avocet::prelude::*;
/// use avocet::websocket::Closed;
///
/// #[websocket("/count")]
/// async fn count(mut socket: WebSocket<u32>) -> Result<(), Closed> {
///     for number in 0.. {
///         socket.send(number).await?;
///     }
///     Ok(())
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closed;

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the WebSocket is closed")
    }
}

impl Error for Closed {}

#[diagnostic::do_not_recommend]
impl ResponseError for Closed {
    fn describe(_: &mut Operation) {}

    fn into_error(self) -> HttpError {
        HttpError::internal(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::{Location, ValidationError};

    fn errors(sentences: &[&str]) -> ValidationErrors {
        let mut errors = ValidationErrors::default();
        for (index, sentence) in sentences.iter().enumerate() {
            let at = Location::root("message");
            errors.add(
                &at.item(index),
                ValidationError::new("x", (*sentence).to_owned()),
            );
        }
        errors
    }

    #[test]
    fn a_reason_tells_whole_errors_and_counts_the_rest() {
        let one = Close::invalid(&errors(&["wrong"]));
        assert_eq!((one.code(), one.reason()), (1007, "message[0]: wrong"));
        let two = Close::invalid(&errors(&["wrong", "bad"]));
        assert_eq!(two.reason(), "message[0]: wrong; message[1]: bad");
        let long = "x".repeat(80);
        let many = Close::invalid(&errors(&[&long, &long, &long]));
        assert_eq!(many.reason(), format!("message[0]: {long} (and 2 more)"));
        let longer = "é".repeat(80);
        for count in 1..=3 {
            let reason = Close::invalid(&errors(&[&*longer; 3][..count]));
            assert!(reason.reason().len() <= REASON, "{reason}");
            assert!(reason.reason().contains('…'), "{reason}");
        }
    }

    #[test]
    fn rejections_are_told_and_failures_are_not() {
        let close = |error| {
            let close = Close::of_error(&error);
            (close.code, close.reason)
        };
        let rejected = HttpError::new(StatusCode::CONFLICT, "Taken");
        assert_eq!(close(rejected), (1008, "Taken".to_owned()));
        let failed = HttpError::internal("the password is 1234");
        assert_eq!(close(failed), (1011, "Internal Server Error".to_owned()));
        let own = HttpError::from(Close::new(4001, "no credit"));
        assert_eq!(close(own), (4001, "no credit".to_owned()));
    }
}
