//! What marks an operation: that it takes a session, requires a login, or allows other origins.

use avocet::operation::{DocumentedError, ErrorBody, Operation};
use http::StatusCode;

/// Marks an operation that takes a session.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TakesSession;

/// Marks an operation that requires a login.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RequiresLogin;

/// Marks an operation that pages of other origins may call: `extend = AllowCrossSite` in a route attribute.
///
/// Such an operation must not trust the session alone. An example is the address that an `OpenID` provider sends a form to, which has a `state`
/// to check.
///
/// ```
/// use avocet::prelude::*;
/// use avocet_session::{AllowCrossSite, Session};
///
/// #[post("/oidc/callback", extend = AllowCrossSite)]
/// async fn callback(#[extract] session: Session, #[form] state: String) -> Result<(), HttpError> {
///     if session.get("state") == Some(state) { Ok(()) } else { Err(HttpError::new(StatusCode::FORBIDDEN, "Unknown state")) }
/// }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct AllowCrossSite;

/// The state that says that the middleware is there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Around;

/// Notes that an operation needs the middleware, and its 403.
pub(crate) fn needs_sessions(operation: &mut Operation) {
    operation.need_state::<Around>(
        "the operation takes a session, and the application has none: add them with `avocet_session::Sessions::around`",
    );
    if !operation.method.is_safe() {
        operation.errors.push(DocumentedError {
            status: Some(StatusCode::FORBIDDEN),
            description: "The request comes from another site, or its form has no CSRF token"
                .to_owned(),
            body: ErrorBody::Message,
        });
    }
}
