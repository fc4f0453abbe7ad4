//! `NewApiKey`: the settings of a key.

use std::time::Duration;

use avocet_context::Caller;

use super::error::ApiKeyError;

/// The settings of a key that is created.
///
/// ```
/// use std::time::Duration;
///
/// use avocet_auth::keys::NewApiKey;
/// use avocet_context::Caller;
///
/// let new = NewApiKey::of(Caller::new("tenant-7"))
///     .name("build server")
///     .scope("chat")
///     .requests_per_minute(600)
///     .expires_in(Duration::from_secs(90 * 86_400));
/// ```
///
/// | | limit |
/// |---|---|
/// | the owner's id | 1 to 256 bytes |
/// | the name | 100 characters |
/// | scopes | 64, each 1 to 128 visible ASCII characters without `"` and `\` (RFC 6749, section 3.3) |
#[derive(Clone, Debug)]
#[must_use]
pub struct NewApiKey {
    pub(super) owner: Caller,
    pub(super) name: String,
    pub(super) scopes: Vec<String>,
    pub(super) requests_per_minute: Option<u32>,
    pub(super) expires_in: Option<Duration>,
}

impl NewApiKey {
    /// Creates settings for a key of this owner, without scopes and without an expiry.
    ///
    /// ```
    /// # use avocet_auth::keys::NewApiKey;
    /// let new = NewApiKey::of(avocet_context::Caller::new("tenant-7"));
    /// ```
    pub fn of(owner: Caller) -> Self {
        Self {
            owner,
            name: String::new(),
            scopes: Vec::new(),
            requests_per_minute: None,
            expires_in: None,
        }
    }

    /// Sets the name, for the owner's list of keys.
    ///
    /// ```
    /// # use avocet_auth::keys::NewApiKey;
    /// let new = NewApiKey::of(avocet_context::Caller::new("tenant-7")).name("build server");
    /// ```
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Adds a scope.
    ///
    /// ```
    /// # use avocet_auth::keys::NewApiKey;
    /// let new = NewApiKey::of(avocet_context::Caller::new("tenant-7")).scope("chat").scope("files:read");
    /// ```
    pub fn scope(mut self, scope: impl Into<String>) -> Self {
        self.scopes.push(scope.into());
        self
    }

    /// Sets the limit of requests in a minute. A rate limiter reads it from [`ApiKeyInfo`](super::ApiKeyInfo).
    ///
    /// ```
    /// # use avocet_auth::keys::NewApiKey;
    /// let new = NewApiKey::of(avocet_context::Caller::new("tenant-7")).requests_per_minute(600);
    /// ```
    pub fn requests_per_minute(mut self, requests: u32) -> Self {
        self.requests_per_minute = Some(requests);
        self
    }

    /// Sets after how long the key expires.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use avocet_auth::keys::NewApiKey;
    /// let new = NewApiKey::of(avocet_context::Caller::new("tenant-7")).expires_in(Duration::from_secs(86_400));
    /// ```
    pub fn expires_in(mut self, time: Duration) -> Self {
        self.expires_in = Some(time);
        self
    }

    pub(super) fn check(&self) -> Result<(), ApiKeyError> {
        let owner = self.owner.id().len();
        let name = self.name.chars().count();
        let is_scope = |scope: &&String| {
            let is_visible = |it: u8| it.is_ascii_graphic() && !matches!(it, b'"' | b'\\');
            (1..=128).contains(&scope.len()) && scope.bytes().all(is_visible)
        };
        let mistake = if !(1..=256).contains(&owner) {
            format!("the owner's id has {owner} bytes, accepted are 1 to 256")
        } else if name > 100 {
            format!("the name has {name} characters, the limit is 100")
        } else if self.scopes.len() > 64 {
            format!("the key has {} scopes, the limit is 64", self.scopes.len())
        } else if let Some(scope) = self.scopes.iter().find(|it| !is_scope(it)) {
            let shown: String = scope.chars().take(128).collect();
            format!(
                "the scope {shown:?} is not 1 to 128 visible ASCII characters without `\"` and `\\`"
            )
        } else if self.expires_in.is_some_and(|it| it.is_zero()) {
            "the key expires at once".to_owned()
        } else {
            return Ok(());
        };
        Err(ApiKeyError::Settings(mistake))
    }
}
