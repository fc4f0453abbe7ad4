//! The checks that every back-end must pass.
//!
//! ```
//! use avocet_store::{Store, conformance};
//!
//! # #[tokio::main]
//! # async fn main() {
//! conformance::check(async || Store::memory()).await;
//! # }
//! ```

mod concurrency;
mod counters;
mod expect;
mod keys;
mod limits;
mod logs;
mod model;
mod operations;
mod properties;

use crate::clock::Clock;
use crate::store::Store;

/// Runs all checks of a back-end: rules one by one, random operations beside a simple model, and concurrent tasks.
///
/// `create` returns a store without contents at each call. The checks give it a clock that they set, so a back-end must take the time from its
/// arguments alone. It runs in a tokio runtime; one with several threads finds more.
///
/// ```
/// use avocet_store::{Memory, Store, conformance};
///
/// # #[tokio::main]
/// # async fn main() {
/// conformance::check(async || Store::new(Memory::new())).await;
/// # }
/// ```
///
/// # Panics
///
/// If the back-end breaks a guarantee. The message names it, for random operations with the shortest sequence that was found.
pub async fn check(create: impl AsyncFn() -> Store) {
    let fresh = async || {
        let clock = Clock::manual();
        (create().await.with_clock(clock.clone()), clock)
    };
    keys::check(&fresh).await;
    counters::check(&fresh).await;
    limits::check(&fresh).await;
    logs::check(&fresh).await;
    properties::check(&fresh).await;
    concurrency::check(&fresh).await;
}
