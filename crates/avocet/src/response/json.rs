//! JSON responses: models, and the standard types that serialize as themselves.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::num::{NonZeroU8, NonZeroU16, NonZeroU32, NonZeroU64, NonZeroUsize};
use std::sync::Arc;

use http::{HeaderValue, StatusCode};
use serde_json::Value;

use super::{HttpError, Response, ResponseContext, full_response};
use crate::model::{Key, Output, Secret, Side};
use crate::operation::{Content, DocumentedResponse, Operation};
use crate::write;

/// Describes a JSON response of type `T`.
///
/// ```
/// use avocet::operation::Operation;
///
/// let mut operation = Operation::get("/");
/// avocet::response::describe_json::<Vec<f32>>(&mut operation);
/// assert_eq!(operation.responses[0].content[0].media_type, "application/json");
/// ```
pub fn describe_json<T: Output>(operation: &mut Operation) {
    let schema = operation.schemas.on(Side::Output, T::schema);
    let status = operation.status_or(StatusCode::OK);
    operation
        .responses
        .push(DocumentedResponse::new(status).with_content(Content::json(schema)));
}

/// Writes a value as a JSON response. A float that is not finite, at any depth, makes it a 500, and its location is logged: JSON does
/// not have these numbers, and the document declares a number.
///
/// ```
/// use avocet::response::{ResponseContext, response_json};
///
/// let response = response_json(&[1, 2], &ResponseContext::default());
/// assert_eq!(response.headers()["content-type"], "application/json");
/// assert_eq!(response_json(&[1.0, f32::NAN], &ResponseContext::default()).status(), 500);
/// ```
pub fn response_json<T: serde::Serialize + ?Sized>(
    value: &T,
    response_context: &ResponseContext,
) -> Response {
    // Most responses are small; a vector of a few hundred floats grows twice.
    let mut text = Vec::with_capacity(256);
    match write::json(&mut text, value) {
        Ok(()) => {
            let media_type = HeaderValue::from_static("application/json");
            full_response(response_context.status_or(StatusCode::OK), media_type, text)
        }
        Err(error) => HttpError::from(error).into_response(response_context.error_format()),
    }
}

/// Implements `Responder` for types that are sent as JSON.
macro_rules! responses {
    ($($(#[$attribute:meta])* [$($generic:tt)*] $kind:ty;)*) => {$(
        $(#[$attribute])*
        impl<$($generic)*> $crate::response::Responder for $kind {
            fn describe(operation: &mut $crate::operation::Operation) {
                $crate::response::describe_json::<Self>(operation);
            }

            fn respond(
                self,
                response_context: &$crate::response::ResponseContext,
            ) -> impl ::std::future::Future<Output = $crate::response::Response> + Send {
                ::std::future::ready($crate::response::response_json(&self, response_context))
            }
        }
    )*};
}

pub(crate) use responses;

// Compiler errors list only the common ones.
responses! {
    [] bool;
    [] String;
    [] &'static str;
    [] Value;
    [] f32;
    [] f64;
    [] i8;
    [] i16;
    [] i32;
    [] i64;
    [] i128;
    [] isize;
    [] u8;
    [] u16;
    [] u32;
    [] u64;
    [] u128;
    [] usize;
    #[diagnostic::do_not_recommend] [] NonZeroU8;
    #[diagnostic::do_not_recommend] [] NonZeroU16;
    #[diagnostic::do_not_recommend] [] NonZeroU32;
    #[diagnostic::do_not_recommend] [] NonZeroU64;
    #[diagnostic::do_not_recommend] [] NonZeroUsize;
    #[diagnostic::do_not_recommend] [] Cow<'static, str>;
    #[diagnostic::do_not_recommend] [] Arc<str>;
    #[diagnostic::do_not_recommend] [] Secret<String>;
    #[cfg(feature = "rust_decimal")] #[diagnostic::do_not_recommend] [] rust_decimal::Decimal;
    [T: Output + Send] Vec<T>;
    [T: Output + Send] Box<T>;
    #[diagnostic::do_not_recommend] [T: Output + Send + Sync] Arc<T>;
    [T: Output + Send] Option<T>;
    #[diagnostic::do_not_recommend] [T: Output + Send] BTreeSet<T>;
    #[diagnostic::do_not_recommend] [T: Output + Send] HashSet<T>;
    [K: Key + serde::Serialize + Send, T: Output + Send] BTreeMap<K, T>;
    [K: Key + serde::Serialize + Send, T: Output + Send] HashMap<K, T>;
}
