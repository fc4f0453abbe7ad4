//! `RateLimit`: how often a client can call.

mod headers;
mod limiter;
mod memory;
mod quota;
mod store;

use std::fmt;
use std::sync::Arc;

use avocet::layer::{Middleware, Next, Request};
use avocet::operation::Operation;
use avocet::response::{HttpError, Response, ResponseError};
use http::StatusCode;

use crate::client_key::{ClientKey, KeyOf, OfRequest};
use crate::documented;
use crate::exempt::{is_health_check, is_preflight};
use headers::{Policy, seconds};

pub use limiter::{Decision, LimiterError, RateLimiter, Taking};
pub use memory::MemoryLimiter;
pub use quota::Quota;
pub use store::StoreLimiter;

/// The keys of a limiter in memory.
const KEYS: usize = 100_000;

/// Limits how often a client can call: by its address, by the [`Caller`](avocet::context::Caller), or by a text of the request.
///
/// A request over the limit gets a 429 with `Retry-After`, in the error format of the application; the document has it. Every response has
/// `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-10).
///
/// - The address is that of [`ConnectionInfo`](avocet::serve::ConnectionInfo): a forwarded address counts only if a proxy that
///   [`Server::trust_proxies`](avocet::serve::Server::trust_proxies) names sends it. IPv6 clients are limited by their /64. Requests without
///   an address, from a Unix socket or from the process itself, share one key.
/// - Health checks and preflight requests of CORS are not counted.
/// - A [`MemoryLimiter`] for 100,000 keys counts, unless you set a [`RateLimiter`] with [`limiter`](Self::limiter).
/// - If the limiter fails, the request is rejected.
///
/// ```
/// use avocet::prelude::*;
/// use avocet::testing::TestClient;
/// use avocet_middleware::{Quota, RateLimit};
///
/// #[get("/")]
/// async fn hello() -> &'static str { "Hello" }
///
/// # #[avocet::main]
/// # async fn main() -> avocet::Result<()> {
/// let app = App::new("Hello", "1.0.0").routes(routes![hello]).layer(RateLimit::per_address(Quota::per_hour(1)));
/// let client = TestClient::new(app.build()?);
/// let response = client.get("/").send().await;
/// assert_eq!(response.header("ratelimit"), "\"default\";r=0;t=3600");
/// let response = client.get("/").send().await;
/// assert_eq!(response.status(), 429);
/// # Ok(())
/// # }
/// ```
///
/// # After authentication
///
/// A layer runs before the dependencies of a route. To limit the user that a dependency returns, call
/// [`take`](Self::take) in a dependency.
#[derive(Clone)]
pub struct RateLimit(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    policy: Policy,
    quota: Quota,
    key_of: KeyOf,
    quota_of: Option<OfRequest<Option<Quota>>>,
    is_exempt: Option<OfRequest<bool>>,
    limiter: Limiter,
}

#[derive(Clone, Debug)]
enum Limiter {
    /// Without a future and a text for each request.
    Memory(Arc<MemoryLimiter>),
    Other(Arc<dyn RateLimiter>),
}

impl RateLimit {
    /// Limits each address.
    ///
    /// ```
    /// use avocet_middleware::{Quota, RateLimit};
    ///
    /// let limit = RateLimit::per_address(Quota::per_minute(100));
    /// ```
    pub fn per_address(quota: Quota) -> Self {
        Self::new(KeyOf::Address, quota)
    }

    /// Limits each [`Caller`](avocet::context::Caller) of the current [`Context`](avocet::context::Context), which a layer outside of this
    /// one has set. Without a caller the address is limited.
    ///
    /// ```
    /// use avocet_middleware::{Quota, RateLimit};
    ///
    /// let limit = RateLimit::per_caller(Quota::per_minute(100));
    /// ```
    pub fn per_caller(quota: Quota) -> Self {
        Self::new(KeyOf::Caller, quota)
    }

    /// Limits each text that a function returns for a request. A request with `None` is not limited.
    ///
    /// A client can send any header that is not checked yet: with a key from one, it has a new quota for each text. Add a limit by
    /// address outside of it, or use [`take`](Self::take) after the check.
    ///
    /// ```
    /// use avocet::layer::Request;
    /// use avocet_middleware::{Quota, RateLimit};
    ///
    /// let tenant = |request: &Request| Some(request.headers().get("x-tenant")?.to_str().ok()?.to_owned());
    /// let limit = RateLimit::per_key(Quota::per_minute(100), tenant);
    /// ```
    pub fn per_key(
        quota: Quota,
        key: impl Fn(&Request) -> Option<String> + Send + Sync + 'static,
    ) -> Self {
        Self::new(KeyOf::Text(Arc::new(key)), quota)
    }

    fn new(key_of: KeyOf, quota: Quota) -> Self {
        Self(Arc::new(Inner {
            policy: Policy::new("default"),
            quota,
            key_of,
            quota_of: None,
            is_exempt: None,
            limiter: Limiter::Memory(Arc::new(MemoryLimiter::new(KEYS))),
        }))
    }

    fn with(mut self, set: impl FnOnce(&mut Inner)) -> Self {
        set(Arc::make_mut(&mut self.0));
        self
    }

    /// Sets the name in the headers, and of the counters in a shared limiter; `default` if you set none. Limits that share a limiter need
    /// different names.
    ///
    /// ```
    /// use avocet_middleware::{Quota, RateLimit};
    ///
    /// let limit = RateLimit::per_address(Quota::per_hour(1_000)).named("hour");
    /// ```
    pub fn named(self, name: impl Into<String>) -> Self {
        let policy = Policy::new(name);
        self.with(|inner| inner.policy = policy)
    }

    /// Sets a function that returns the quota of a request; with `None` it is the default one. Each key is counted separately for each
    /// different quota.
    ///
    /// ```
    /// use avocet::layer::Request;
    /// use avocet_middleware::{Quota, RateLimit};
    ///
    /// let of_search = |request: &Request| (request.uri().path() == "/search").then_some(Quota::per_minute(10));
    /// let limit = RateLimit::per_address(Quota::per_minute(100)).quota_of(of_search);
    /// ```
    pub fn quota_of(
        self,
        quota: impl Fn(&Request) -> Option<Quota> + Send + Sync + 'static,
    ) -> Self {
        self.with(|inner| inner.quota_of = Some(Arc::new(quota)))
    }

    /// Sets which requests are not counted, beside health checks and preflight requests.
    ///
    /// ```
    /// use avocet_middleware::{Quota, RateLimit};
    ///
    /// let limit = RateLimit::per_address(Quota::per_minute(100)).exempt(|request| request.uri().path() == "/docs");
    /// ```
    pub fn exempt(self, is_exempt: impl Fn(&Request) -> bool + Send + Sync + 'static) -> Self {
        self.with(|inner| inner.is_exempt = Some(Arc::new(is_exempt)))
    }

    /// Sets what counts.
    ///
    /// ```
    /// use avocet_middleware::{MemoryLimiter, Quota, RateLimit};
    ///
    /// let limit = RateLimit::per_address(Quota::per_minute(100)).limiter(MemoryLimiter::new(1_000_000));
    /// ```
    pub fn limiter(self, limiter: impl RateLimiter) -> Self {
        self.with(|inner| inner.limiter = Limiter::Other(Arc::new(limiter)))
    }

    /// Counts a request of a key, for a limit after authentication: in a dependency that has found the user.
    ///
    /// The responses have no `RateLimit` headers, except those over the limit.
    ///
    /// # Errors
    /// If the request is over the limit, or the limiter fails.
    ///
    /// ```
    /// use avocet::prelude::*;
    /// use avocet::testing::TestClient;
    /// use avocet_middleware::{Quota, RateLimit, RateLimited};
    ///
    /// #[dependency]
    /// async fn within_limit(#[header] user: String, #[state] limits: RateLimit) -> Result<(), RateLimited> {
    ///     limits.take(&user).await
    /// }
    ///
    /// #[get("/", requires(within_limit))]
    /// async fn hello() -> &'static str { "Hello" }
    ///
    /// # #[avocet::main]
    /// # async fn main() -> avocet::Result<()> {
    /// let limits = RateLimit::per_caller(Quota::per_hour(1));
    /// let client = TestClient::new(App::new("Hello", "1.0.0").state(limits).routes(routes![hello]).build()?);
    /// assert_eq!(client.get("/").header("user", "ann").send().await.status(), 200);
    /// assert_eq!(client.get("/").header("user", "ann").send().await.status(), 429);
    /// assert_eq!(client.get("/").header("user", "ben").send().await.status(), 200);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn take(&self, key: &str) -> Result<(), RateLimited> {
        self.take_of(key, self.0.quota).await
    }

    /// Counts a request of a key with a quota of its own, such as that of an API key. Otherwise it is [`take`](Self::take).
    ///
    /// # Errors
    /// If the request is over the limit, or the limiter fails.
    ///
    /// ```
    /// use avocet_middleware::{Quota, RateLimit};
    ///
    /// # #[avocet::main]
    /// # async fn main() {
    /// let limits = RateLimit::per_caller(Quota::per_minute(60));
    /// assert!(limits.take_of("key-1", Quota::per_minute(1)).await.is_ok());
    /// assert!(limits.take_of("key-1", Quota::per_minute(1)).await.is_err());
    /// assert!(limits.take_of("key-2", Quota::per_minute(1)).await.is_ok());
    /// # }
    /// ```
    pub async fn take_of(&self, key: &str, quota: Quota) -> Result<(), RateLimited> {
        let inner = &self.0;
        let key = ClientKey::Text(key.to_owned());
        let decision = inner.decide(&key, quota).await.map_err(RateLimited)?;
        match inner.rejection(&decision, quota) {
            Some(error) => Err(RateLimited(error)),
            None => Ok(()),
        }
    }
}

impl Inner {
    async fn decide(&self, key: &ClientKey, quota: Quota) -> Result<Decision, HttpError> {
        let limiter = match &self.limiter {
            Limiter::Memory(limiter) => return Ok(limiter.take_now((key, quota), quota)),
            Limiter::Other(limiter) => limiter,
        };
        let (name, window) = (self.policy.name(), quota.window().as_millis());
        let key = format!("{name}:{}/{window}:{key}", quota.limit());
        limiter
            .take(&key, quota)
            .await
            .map_err(|error| match error {
                LimiterError::Full => HttpError::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "The rate limiter has no room for further clients",
                ),
                LimiterError::Failed(_) => HttpError::internal(error),
            })
    }

    fn rejection(&self, decision: &Decision, quota: Quota) -> Option<HttpError> {
        let wait = seconds(decision.retry_after()?).max(1);
        let detail = format!("Too many requests: the limit is {quota}; retry after {wait} s");
        let error = HttpError::new(StatusCode::TOO_MANY_REQUESTS, detail)
            .header(http::header::RETRY_AFTER, wait.into());
        let headers = self.policy.headers(decision, quota);
        Some(
            headers
                .into_iter()
                .fold(error, |error, (name, value)| error.header(name, value)),
        )
    }
}

impl Middleware for RateLimit {
    fn check(&self) -> Vec<String> {
        let mistake = self.0.quota.mistake();
        let of_quota =
            mistake.map(|what| format!("`RateLimit`: the quota is {}: {what}", self.0.quota));
        let name = self.0.policy.name();
        let of_name = (!Policy::is_name(name)).then(|| {
            format!(
                "`RateLimit`: the name `{name}` should be 1 to 64 letters, digits, `-`, `_` and `.`"
            )
        });
        of_quota.into_iter().chain(of_name).collect()
    }

    fn describe(&self, operation: &mut Operation) {
        documented::error(
            operation,
            StatusCode::TOO_MANY_REQUESTS,
            "Too many requests",
        );
    }

    async fn run(self: Arc<Self>, request: Request, next: Next) -> Result<Response, HttpError> {
        let inner = &self.0;
        let is_exempt = is_preflight(request.method(), request.headers())
            || is_health_check(&request)
            || inner
                .is_exempt
                .as_ref()
                .is_some_and(|is_exempt| is_exempt(&request));
        let key = if is_exempt {
            None
        } else {
            inner.key_of.key(&request)
        };
        let Some(key) = key else {
            return Ok(next.run(request).await);
        };
        let own = inner.quota_of.as_ref().and_then(|quota| quota(&request));
        let quota = own.unwrap_or(inner.quota);
        let decision = inner.decide(&key, quota).await?;
        if let Some(error) = inner.rejection(&decision, quota) {
            return Err(error);
        }
        let mut response = next.run(request).await;
        for (name, value) in inner.policy.headers(&decision, quota) {
            response.headers_mut().append(name, value);
        }
        Ok(response)
    }
}

impl fmt::Debug for RateLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RateLimit")
            .field("name", &self.0.policy.name())
            .field("quota", &self.0.quota)
            .field("key", &self.0.key_of)
            .field("limiter", &self.0.limiter)
            .finish_non_exhaustive()
    }
}

/// The error of [`RateLimit::take`]: a 429, and the document has it.
///
/// ```
/// use avocet_middleware::{Quota, RateLimit};
///
/// # #[avocet::main]
/// # async fn main() {
/// let limit = RateLimit::per_caller(Quota::per_hour(1));
/// assert!(limit.take("ann").await.is_ok());
/// let error = limit.take("ann").await.unwrap_err();
/// assert!(error.to_string().starts_with("429 Too Many Requests: Too many requests: the limit is 1 request in 3600 s"));
/// # }
/// ```
#[derive(Debug)]
pub struct RateLimited(HttpError);

impl ResponseError for RateLimited {
    fn describe(operation: &mut Operation) {
        documented::error(
            operation,
            StatusCode::TOO_MANY_REQUESTS,
            "Too many requests",
        );
    }

    fn into_error(self) -> HttpError {
        self.0
    }
}

impl fmt::Display for RateLimited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
