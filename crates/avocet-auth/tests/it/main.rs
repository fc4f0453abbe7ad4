//! Tests of the crate as its users see it.
#![expect(clippy::unwrap_used, reason = "a test ends at the first failure")]

mod api_keys;
mod forged_tokens;
mod login;
mod passwords;
mod provided_keys;
mod provider;
mod stalled;
mod tokens;
