//! The headers of a rate limit (draft-ietf-httpapi-ratelimit-headers-10).

use std::sync::OnceLock;
use std::time::Duration;

use http::{HeaderName, HeaderValue};

use super::limiter::Decision;
use super::quota::Quota;

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const LIMIT: HeaderName = HeaderName::from_static("ratelimit");

/// A policy by its name.
#[derive(Clone, Debug)]
pub(super) struct Policy {
    name: String,
    /// The header of the quota that was seen first, which is nearly always the only one.
    made: OnceLock<(Quota, HeaderValue)>,
}

impl Policy {
    pub(super) fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            made: OnceLock::new(),
        }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Returns whether a name needs no escapes in the headers and in the keys of a store.
    pub(super) fn is_name(name: &str) -> bool {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        (1..=64).contains(&name.len()) && name.bytes().all(allowed)
    }

    /// Returns the headers of a response: `"default";q=100;w=60` and `"default";r=99;t=60`.
    pub(super) fn headers(
        &self,
        decision: &Decision,
        quota: Quota,
    ) -> [(HeaderName, HeaderValue); 2] {
        let name = &self.name;
        let (made_for, made) = self.made.get_or_init(|| (quota, self.policy(quota)));
        let policy = if *made_for == quota {
            made.clone()
        } else {
            self.policy(quota)
        };
        let (remaining, reset) = (decision.remaining(), seconds(decision.reset()));
        let limit = format!("\"{name}\";r={remaining};t={reset}");
        [(POLICY, policy), (LIMIT, value(limit))]
    }

    fn policy(&self, quota: Quota) -> HeaderValue {
        let (name, limit, window) = (&self.name, quota.limit(), seconds(quota.window()));
        value(format!("\"{name}\";q={limit};w={window}"))
    }
}

/// Returns whole seconds, rounded up: a client that waits so long is not too early.
pub(super) fn seconds(duration: Duration) -> u64 {
    duration
        .as_nanos()
        .div_ceil(1_000_000_000)
        .try_into()
        .unwrap_or(u64::MAX)
}

fn value(text: String) -> HeaderValue {
    // The name is checked when the application is built.
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""))
}
