//! `BoxFuture`: what the methods of back-ends return.

use std::future::Future;
use std::pin::Pin;

use crate::error::Error;

/// The future that a back-end returns.
///
/// ```
/// use avocet_store::backend::BoxFuture;
///
/// fn ready(number: u64) -> BoxFuture<'static, u64> {
///     Box::pin(async move { Ok(number) })
/// }
/// ```
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send + 'a>>;
