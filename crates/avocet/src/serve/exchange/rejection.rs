//! A request that the server itself rejects.

use std::borrow::Cow;

use http::StatusCode;

use crate::observe::RejectionReason;

/// A rejection by the server itself: the status, the message for the client, and the reason for the metrics.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ServerRejection {
    pub(crate) status: StatusCode,
    pub(crate) detail: Cow<'static, str>,
    pub(in crate::serve) reason: RejectionReason,
}

impl ServerRejection {
    pub(in crate::serve) fn malformed(detail: impl Into<Cow<'static, str>>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            detail: detail.into(),
            reason: RejectionReason::Malformed,
        }
    }

    pub(in crate::serve) fn target_too_long(detail: String) -> Self {
        Self {
            status: StatusCode::URI_TOO_LONG,
            detail: detail.into(),
            reason: RejectionReason::TargetTooLong,
        }
    }

    pub(in crate::serve) fn head_too_large(detail: String) -> Self {
        Self {
            status: StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            detail: detail.into(),
            reason: RejectionReason::HeadTooLarge,
        }
    }

    pub(in crate::serve) fn body_too_large(limit: usize) -> Self {
        Self {
            status: StatusCode::PAYLOAD_TOO_LARGE,
            detail: format!("The body is over the limit of {limit} bytes").into(),
            reason: RejectionReason::TooLarge,
        }
    }
}
