//! `ApiKeyInfo`: what is known of a key.

use avocet_context::Caller;
use avocet_store::Timestamp;

/// What is known of a key. It contains no secret.
///
/// ```
/// use avocet_auth::keys::ApiKeyInfo;
///
/// /// The allowance that a rate limiter uses.
/// fn allowance(key: &ApiKeyInfo) -> u32 {
///     key.requests_per_minute.unwrap_or(60)
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ApiKeyInfo {
    /// The id. It is not secret, and a rotation keeps it.
    pub id: String,
    /// The name that its owner gave it.
    pub name: String,
    /// Who the key belongs to: the caller of its requests.
    pub owner: Caller,
    /// The prefix and the last four characters of the key, such as `acme_…w9Xk`.
    pub shown: String,
    /// What the key may do.
    pub scopes: Vec<String>,
    /// The limit of requests in a minute, for a rate limiter; `None` is the limiter's own default.
    pub requests_per_minute: Option<u32>,
    /// When it was created.
    pub created: Timestamp,
    /// When it expires, if it does.
    pub expires: Option<Timestamp>,
    /// When it was revoked, if it was.
    pub revoked: Option<Timestamp>,
    /// When it was used last, to the minute.
    pub last_used: Option<Timestamp>,
    /// Until when the key before the last rotation is accepted as well.
    pub previous_until: Option<Timestamp>,
}
