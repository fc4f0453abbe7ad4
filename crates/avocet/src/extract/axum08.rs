//! `Extract`: any extractor of axum 0.8. This is the only module that names axum's types.

use std::marker::PhantomData;

use axum_core::extract::FromRequestParts;
use axum_core::response::IntoResponse;

use super::{Extractor, FromContext, Rejection, RequestContext};
use crate::operation::Operation;
use crate::response::{HttpError, ResponseBody};

/// Runs an axum extractor on the request's head.
///
/// Avocet does not see what the axum extractor reads, so the document does not show it.
///
/// - **Rejects** with the axum extractor's own response, unchanged.
/// - **Document**: nothing.
///
/// ```
/// use avocet::extract::Extract;
/// use avocet::operation::Operation;
///
/// let route = Operation::get("/").handle((Extract::<http::HeaderMap>::new(),), |(headers,)| async move {
///     headers.len()
/// });
/// ```
#[derive(Debug)]
pub struct Extract<T> {
    value: PhantomData<fn() -> T>,
}

impl<T> Default for Extract<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Extract<T> {
    /// Creates the extractor; its type determines the value.
    ///
    /// ```
    /// let headers = avocet::extract::Extract::<http::HeaderMap>::new();
    /// ```
    pub const fn new() -> Self {
        Self { value: PhantomData }
    }
}

#[diagnostic::do_not_recommend]
impl<T: FromRequestParts<()> + Send + 'static> FromContext for T {
    type Extractor = Extract<T>;
}

impl<T: FromRequestParts<()> + Send + 'static> Extractor for Extract<T> {
    type Value = T;

    fn describe(&self, _: &mut Operation) {}

    async fn extract(&self, context: &mut RequestContext) -> Result<T, Rejection> {
        T::from_request_parts(context.parts_mut(), &())
            .await
            .map_err(|rejection| {
                let response = rejection.into_response().map(ResponseBody::stream);
                Rejection::Error(HttpError::response(response))
            })
    }
}
