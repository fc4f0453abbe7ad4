//! `JwksConfig`: where keys are loaded from, and the limits.

use std::time::Duration;

use avocet_store::Clock;

/// Where keys are loaded from, and the limits; see the [module](super).
///
/// ```
/// use std::time::Duration;
///
/// use avocet_auth::jwks::Jwks;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let keys = Jwks::at("https://login.example/keys").load_time(Duration::from_secs(2)).build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct JwksConfig {
    pub(super) location: Location,
    pub(super) load_time: Duration,
    pub(super) retry_interval: Duration,
    pub(super) fresh_at_most: Duration,
    pub(super) stale_at_most: Duration,
    pub(super) document_bytes: usize,
    pub(super) clock: Clock,
}

#[derive(Clone, Debug)]
pub(super) enum Location {
    /// The address of the set.
    Keys(String),
    /// The issuer, whose discovery document has the address.
    Issuer(String),
}

impl JwksConfig {
    pub(super) fn new(location: Location) -> Self {
        Self {
            location,
            load_time: Duration::from_secs(5),
            retry_interval: Duration::from_secs(30),
            fresh_at_most: Duration::from_secs(24 * 3600),
            stale_at_most: Duration::from_secs(24 * 3600),
            document_bytes: 256 * 1024,
            clock: Clock::system(),
        }
    }

    /// Sets how long a response may take: 5 s.
    ///
    /// ```
    /// # use std::time::Duration;
    /// let config = avocet_auth::jwks::Jwks::at("https://login.example/keys").load_time(Duration::from_secs(2));
    /// ```
    pub fn load_time(mut self, time: Duration) -> Self {
        self.load_time = time;
        self
    }

    /// Sets the time between two loads for unknown key ids or after a failure: 30 s. A new key of the provider is known after this time at
    /// most.
    ///
    /// ```
    /// # use std::time::Duration;
    /// let config = avocet_auth::jwks::Jwks::at("https://login.example/keys").retry_interval(Duration::from_secs(10));
    /// ```
    pub fn retry_interval(mut self, interval: Duration) -> Self {
        self.retry_interval = interval;
        self
    }

    /// Sets how long a set is fresh at most, whatever `Cache-Control` has: 24 hours. A key that the provider withdrew is accepted until then.
    ///
    /// ```
    /// # use std::time::Duration;
    /// let config = avocet_auth::jwks::Jwks::at("https://login.example/keys").fresh_at_most(Duration::from_secs(3600));
    /// ```
    pub fn fresh_at_most(mut self, time: Duration) -> Self {
        self.fresh_at_most = time;
        self
    }

    /// Sets how long after its load a set is used while the provider is down: 24 hours.
    ///
    /// ```
    /// # use std::time::Duration;
    /// let config = avocet_auth::jwks::Jwks::at("https://login.example/keys").stale_at_most(Duration::from_secs(3600));
    /// ```
    pub fn stale_at_most(mut self, time: Duration) -> Self {
        self.stale_at_most = time;
        self
    }

    /// Sets the size of the largest response in bytes: 256 KiB.
    ///
    /// ```
    /// let config = avocet_auth::jwks::Jwks::at("https://login.example/keys").document_bytes(64 * 1024);
    /// ```
    pub fn document_bytes(mut self, bytes: usize) -> Self {
        self.document_bytes = bytes;
        self
    }

    /// Sets the clock, for tests.
    ///
    /// ```
    /// let clock = avocet_store::Clock::manual();
    /// let config = avocet_auth::jwks::Jwks::at("https://login.example/keys").clock(clock);
    /// ```
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }
}
