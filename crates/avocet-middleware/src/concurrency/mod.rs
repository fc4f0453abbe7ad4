//! `ConcurrencyLimit`: how many requests run at the same time.

mod body;
mod slots;

use std::sync::Arc;
use std::time::Duration;

use avocet::layer::{Middleware, Next, Request};
use avocet::operation::Operation;
use avocet::response::{HttpError, Response, ResponseBody};
use http::{StatusCode, header};

use crate::client_key::KeyOf;
use crate::documented;
use crate::exempt::{is_health_check, is_preflight};
use body::Held;
use slots::Slots;

/// Limits how many requests run at the same time: of each client, or of all together.
///
/// A request over the limit is rejected at once with `Retry-After: 1`: with 429 if its client has used its share, with 503 if all places are
/// taken. With [`queue`](Self::queue), a bounded number waits for a bounded time first.
///
/// A request runs until the last byte of its response is sent, or until its client leaves: a token stream holds its place to its end. Health
/// checks and preflight requests are not counted. Memory is used for clients with running requests only.
///
/// Put it around a route or a router to limit that alone; each use counts for itself, a clone counts with the original.
///
/// ```
/// use avocet::prelude::*;
/// use avocet_middleware::ConcurrencyLimit;
///
/// #[post("/generate", layer = ConcurrencyLimit::new(8).queue(32, std::time::Duration::from_secs(10)))]
/// async fn generate(#[body] prompt: String) -> String { prompt }
///
/// let app = App::new("Model", "1.0.0").routes(routes![generate]).layer(ConcurrencyLimit::per_address(4));
/// assert!(app.build().is_ok());
/// ```
#[derive(Clone, Debug)]
pub struct ConcurrencyLimit {
    key_of: KeyOf,
    limit: usize,
    queue: usize,
    max_wait: Duration,
    slots: Arc<Slots>,
}

impl ConcurrencyLimit {
    /// Limits all requests together.
    ///
    /// ```
    /// let limit = avocet_middleware::ConcurrencyLimit::new(64);
    /// ```
    pub fn new(limit: usize) -> Self {
        Self::of(KeyOf::All, limit)
    }

    /// Limits the requests of each address, as [`RateLimit::per_address`](crate::RateLimit::per_address) determines it.
    ///
    /// ```
    /// let limit = avocet_middleware::ConcurrencyLimit::per_address(4);
    /// ```
    pub fn per_address(limit: usize) -> Self {
        Self::of(KeyOf::Address, limit)
    }

    /// Limits the requests of each [`Caller`](avocet::context::Caller), as [`RateLimit::per_caller`](crate::RateLimit::per_caller) determines it.
    ///
    /// ```
    /// let limit = avocet_middleware::ConcurrencyLimit::per_caller(4);
    /// ```
    pub fn per_caller(limit: usize) -> Self {
        Self::of(KeyOf::Caller, limit)
    }

    /// Limits the requests of each text that a function returns for a request. A request with `None` is not limited.
    ///
    /// ```
    /// use avocet::layer::Request;
    /// use avocet_middleware::ConcurrencyLimit;
    ///
    /// let tenant = |request: &Request| Some(request.headers().get("x-tenant")?.to_str().ok()?.to_owned());
    /// let limit = ConcurrencyLimit::per_key(4, tenant);
    /// ```
    pub fn per_key(
        limit: usize,
        key: impl Fn(&Request) -> Option<String> + Send + Sync + 'static,
    ) -> Self {
        Self::of(KeyOf::Text(Arc::new(key)), limit)
    }

    fn of(key_of: KeyOf, limit: usize) -> Self {
        Self {
            key_of,
            limit,
            queue: 0,
            max_wait: Duration::ZERO,
            slots: Arc::default(),
        }
    }

    /// Lets so many requests of a client, or of all together, wait for a place, each for so long; none by default. They get a place in the order
    /// in which they came.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let limit = avocet_middleware::ConcurrencyLimit::new(8).queue(32, Duration::from_secs(10));
    /// ```
    pub fn queue(mut self, requests: usize, max_wait: Duration) -> Self {
        self.queue = requests;
        self.max_wait = max_wait;
        self
    }

    /// Returns the status and the description of a rejection.
    fn status(&self) -> (StatusCode, &'static str) {
        match self.key_of {
            KeyOf::All => (
                StatusCode::SERVICE_UNAVAILABLE,
                "Too many requests run at the same time",
            ),
            KeyOf::Address | KeyOf::Caller | KeyOf::Text(_) => (
                StatusCode::TOO_MANY_REQUESTS,
                "Too many requests of this client run at the same time",
            ),
        }
    }
}

impl Middleware for ConcurrencyLimit {
    fn check(&self) -> Vec<String> {
        let mut mistakes = Vec::new();
        if self.limit == 0 {
            mistakes.push("`ConcurrencyLimit`: the limit is 0, so no request could run".to_owned());
        }
        if self.limit > tokio::sync::Semaphore::MAX_PERMITS {
            mistakes.push(format!(
                "`ConcurrencyLimit`: the limit is {}, the largest is {}",
                self.limit,
                tokio::sync::Semaphore::MAX_PERMITS
            ));
        }
        if self.queue > 0 && self.max_wait.is_zero() {
            mistakes.push(
                "`ConcurrencyLimit`: requests can wait, but for no time; set both of `queue`"
                    .to_owned(),
            );
        }
        mistakes
    }

    fn describe(&self, operation: &mut Operation) {
        let (status, description) = self.status();
        documented::error(operation, status, description);
    }

    async fn run(self: Arc<Self>, request: Request, next: Next) -> Result<Response, HttpError> {
        let is_exempt =
            is_preflight(request.method(), request.headers()) || is_health_check(&request);
        let key = if is_exempt {
            None
        } else {
            self.key_of.key(&request)
        };
        let Some(key) = key else {
            return Ok(next.run(request).await);
        };
        let place = self
            .slots
            .place(key, self.limit, self.queue, self.max_wait)
            .await;
        let Some(place) = place else {
            let (status, description) = self.status();
            let detail = format!("{description}: the limit is {}", self.limit);
            return Err(HttpError::new(status, detail).header(header::RETRY_AFTER, 1.into()));
        };
        let response = next.run(request).await;
        Ok(response.map(|body| ResponseBody::stream(Held::new(body, place))))
    }
}
