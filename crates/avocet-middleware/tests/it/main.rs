//! The middleware, alone and together. The tests of promises are named after their rows in the list of promises.

mod all;
mod compression;
mod concurrency;
mod cors;
mod headers;
mod hosts;
mod idempotency;
mod rate_limit;
mod served;
