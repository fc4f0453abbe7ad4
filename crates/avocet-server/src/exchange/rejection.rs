//! A request that the server itself rejects.

use std::borrow::Cow;

use http::StatusCode;

use crate::observer::RejectionReason;

/// A rejection by the server itself, before the application is called: the status, the message for the client and the reason.
///
/// ```
/// use avocet_server::ServerRejection;
///
/// fn body(rejection: &ServerRejection) -> String {
///     format!("{}: {}\n", rejection.status().as_u16(), rejection.detail())
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerRejection {
    pub(crate) status: StatusCode,
    pub(crate) detail: Cow<'static, str>,
    pub(crate) reason: RejectionReason,
}

impl ServerRejection {
    /// Returns the status of the response.
    ///
    /// ```
    /// # fn shown(rejection: &avocet_server::ServerRejection) -> u16 {
    /// rejection.status().as_u16()
    /// # }
    /// ```
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Returns one sentence for the client, which names the rule and the measured value.
    ///
    /// ```
    /// # fn shown(rejection: &avocet_server::ServerRejection) -> String {
    /// rejection.detail().to_string()
    /// # }
    /// ```
    pub fn detail(&self) -> &Cow<'static, str> {
        &self.detail
    }

    /// Returns the reason of the rejection.
    ///
    /// ```
    /// use avocet_server::{RejectionReason, ServerRejection};
    ///
    /// fn is_malformed(rejection: &ServerRejection) -> bool {
    ///     rejection.reason() == RejectionReason::Malformed
    /// }
    /// ```
    pub fn reason(&self) -> RejectionReason {
        self.reason
    }

    pub(crate) fn malformed(detail: impl Into<Cow<'static, str>>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            detail: detail.into(),
            reason: RejectionReason::Malformed,
        }
    }

    pub(crate) fn target_too_long(detail: String) -> Self {
        Self {
            status: StatusCode::URI_TOO_LONG,
            detail: detail.into(),
            reason: RejectionReason::TargetTooLong,
        }
    }

    pub(crate) fn head_too_large(detail: String) -> Self {
        Self {
            status: StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            detail: detail.into(),
            reason: RejectionReason::HeadTooLarge,
        }
    }

    pub(crate) fn body_too_large(limit: usize) -> Self {
        Self {
            status: StatusCode::PAYLOAD_TOO_LARGE,
            detail: format!("The body is over the limit of {limit} bytes").into(),
            reason: RejectionReason::BodyTooLarge,
        }
    }
}
