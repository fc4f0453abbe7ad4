//! The headers of a rate limit (draft-ietf-httpapi-ratelimit-headers-10).

use std::time::Duration;

use http::{HeaderName, HeaderValue};

use super::limiter::Decision;
use super::quota::Quota;

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const LIMIT: HeaderName = HeaderName::from_static("ratelimit");

/// A policy by its name.
#[derive(Clone, Debug)]
pub(super) struct Policy(String);

impl Policy {
    pub(super) fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    pub(super) fn name(&self) -> &str {
        &self.0
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
        let name = &self.0;
        let policy = format!(
            "\"{name}\";q={};w={}",
            quota.limit(),
            seconds(quota.window())
        );
        let limit = format!(
            "\"{name}\";r={};t={}",
            decision.remaining(),
            seconds(decision.reset())
        );
        [(POLICY, value(policy)), (LIMIT, value(limit))]
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
