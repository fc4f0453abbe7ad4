//! A request that the server rejects itself.

use std::borrow::Cow;

use http::StatusCode;

use crate::observe::RejectionReason;

/// Why the server answers a request itself: the status, the sentence for the client, and the reason that is counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ServerRejection {
    pub(crate) status: StatusCode,
    pub(crate) detail: Cow<'static, str>,
    pub(super) reason: RejectionReason,
}

impl ServerRejection {
    pub(super) fn malformed(detail: impl Into<Cow<'static, str>>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            detail: detail.into(),
            reason: RejectionReason::Malformed,
        }
    }

    pub(super) fn target_too_long(detail: String) -> Self {
        Self {
            status: StatusCode::URI_TOO_LONG,
            detail: detail.into(),
            reason: RejectionReason::TargetTooLong,
        }
    }

    pub(super) fn head_too_large(detail: String) -> Self {
        Self {
            status: StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            detail: detail.into(),
            reason: RejectionReason::HeadTooLarge,
        }
    }

    pub(super) fn body_too_large(limit: usize) -> Self {
        Self {
            status: StatusCode::PAYLOAD_TOO_LARGE,
            detail: format!("The body is over the limit of {limit} bytes").into(),
            reason: RejectionReason::TooLarge,
        }
    }
}
