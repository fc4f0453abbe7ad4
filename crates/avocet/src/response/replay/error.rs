//! The error of a stream that cannot be recorded or followed.

use std::error::Error;
use std::fmt;

use http::StatusCode;

use crate::model::{Property, Schema};
use crate::operation::{DocumentedError, ErrorBody, Operation};
use crate::response::{HttpError, ResponseError};

/// The error of a stream that cannot be recorded or followed. Before the first event it is the response, later an `error` event.
///
/// ```
/// use avocet::response::{ResponseError, ReplayError};
///
/// assert_eq!(ReplayError::Forgotten { first: 7 }.into_error().status(), 410);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReplayError {
    /// There is no stream with this key, or it ended too long ago: 404 `unknown_stream`.
    UnknownStream,
    /// The stream never had an event with this id: 400 `unknown_event`.
    UnknownEvent,
    /// The events after the one that the client named are no longer kept: 410 `events_forgotten`. The client starts over.
    Forgotten {
        /// The id of the first event that is still kept.
        first: u64,
    },
    /// The producer was dropped before it finished the stream: 500 `stream_abandoned`.
    Abandoned,
    /// The stream is still being recorded: 409 `stream_recorded`.
    Recorded,
    /// There are too many streams: 503 `too_many_streams`.
    Full,
}

impl ReplayError {
    const ALL: [Self; 6] = [
        Self::UnknownStream,
        Self::UnknownEvent,
        Self::Forgotten { first: 0 },
        Self::Abandoned,
        Self::Recorded,
        Self::Full,
    ];

    const fn parts(self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::UnknownStream => (
                StatusCode::NOT_FOUND,
                "unknown_stream",
                "No stream with this key is recorded, or its events are no longer kept",
            ),
            Self::UnknownEvent => (
                StatusCode::BAD_REQUEST,
                "unknown_event",
                "The stream has no event with this id",
            ),
            Self::Forgotten { .. } => (
                StatusCode::GONE,
                "events_forgotten",
                "The events after this one are no longer kept",
            ),
            Self::Abandoned => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "stream_abandoned",
                "The recording was abandoned before the stream ended",
            ),
            Self::Recorded => (
                StatusCode::CONFLICT,
                "stream_recorded",
                "A stream with this key is already being recorded",
            ),
            Self::Full => (
                StatusCode::SERVICE_UNAVAILABLE,
                "too_many_streams",
                "Too many streams are being recorded",
            ),
        }
    }
}

#[diagnostic::do_not_recommend]
impl ResponseError for ReplayError {
    fn describe(operation: &mut Operation) {
        for error in Self::ALL {
            let (status, code, message) = error.parts();
            let first = Property::new("first", Schema::integer(), true);
            operation.errors.push(DocumentedError {
                status: Some(status),
                description: message.to_owned(),
                body: ErrorBody::Typed {
                    code: code.to_owned(),
                    members: match error {
                        Self::Forgotten { .. } => vec![first],
                        _ => Vec::new(),
                    },
                },
            });
        }
    }

    fn into_error(self) -> HttpError {
        let (status, code, message) = self.parts();
        let members = match self {
            Self::Forgotten { first } => Some(("first", first.into())),
            _ => None,
        };
        HttpError::typed(status, code, message, members)
    }
}

impl fmt::Display for ReplayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.parts().2)
    }
}

impl Error for ReplayError {}
