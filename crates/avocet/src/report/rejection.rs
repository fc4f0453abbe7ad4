//! The reasons for rejections by Avocet.

use http::StatusCode;

/// Why a request was rejected before any handler: the label `reason` of `http_rejections_total`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RejectionReason {
    Malformed,
    Unauthorized,
    Forbidden,
    NotFound,
    Method,
    TooSlow,
    TooLarge,
    TargetTooLong,
    MediaType,
    Validation,
    TooMany,
    HeadTooLarge,
    Other,
}

impl RejectionReason {
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::Unauthorized => "unauthorized",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not_found",
            Self::Method => "method",
            Self::TooSlow => "too_slow",
            Self::TooLarge => "too_large",
            Self::TargetTooLong => "target_too_long",
            Self::MediaType => "media_type",
            Self::Validation => "validation",
            Self::TooMany => "too_many",
            Self::HeadTooLarge => "head_too_large",
            Self::Other => "other",
        }
    }

    /// Returns the reason of a rejection by a foreign extractor, which has only a status. An error of the server is not a rejection.
    pub(crate) fn of_foreign(status: StatusCode) -> Option<Self> {
        Some(match status.as_u16() {
            400 => Self::Malformed,
            401 => Self::Unauthorized,
            403 => Self::Forbidden,
            404 => Self::NotFound,
            405 => Self::Method,
            408 => Self::TooSlow,
            413 => Self::TooLarge,
            415 => Self::MediaType,
            422 => Self::Validation,
            429 => Self::TooMany,
            500.. => return None,
            _ => Self::Other,
        })
    }
}
