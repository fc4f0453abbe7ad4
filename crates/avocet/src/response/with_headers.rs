//! `WithHeaders`: a response with additional headers and cookies, declared by type.

use http::HeaderMap;
use http::header::{HeaderName, SET_COOKIE};

use super::{HttpError, Responder, Response, ResponseContext, ResponseHeaders};
use crate::body::set_headers;
use crate::operation::{Operation, ResponseHeader};

/// A response with the headers of `H`: an `#[headers]` struct, or an [`http::HeaderMap`] of headers that the document does not list.
///
/// They replace headers of the same name in the inner response, such as the `cache-control: no-cache` of a
/// stream; cookies are added to its cookies. A header whose value cannot be sent makes the response a 500, which is logged with
/// the header's name.
///
/// ```
/// use avocet::prelude::*;
///
/// #[headers]
/// struct Cost {
///     /// What the request cost, in tokens.
///     x_cost: u32,
/// }
///
/// #[get("/answer")]
/// async fn response() -> WithHeaders<String, Cost> {
///     WithHeaders::new("42".to_owned(), Cost { x_cost: 7 })
/// }
/// # let route = avocet::route::IntoRoute::into_route(response {});
/// # assert_eq!(route.operation().responses[0].headers[0].name, "x-cost");
/// ```
#[derive(Clone, Debug)]
pub struct WithHeaders<T, H> {
    response: T,
    headers: H,
}

impl<T, H> WithHeaders<T, H> {
    /// Creates a response with headers.
    ///
    /// ```
    /// # use avocet::prelude::*;
    /// #[headers]
    /// struct Cost { x_cost: u32 }
    ///
    /// let reply = WithHeaders::new(1, Cost { x_cost: 7 });
    /// ```
    pub const fn new(response: T, headers: H) -> Self {
        Self { response, headers }
    }
}

impl<T: Responder, H: ResponseHeaders> Responder for WithHeaders<T, H> {
    fn describe(operation: &mut Operation) {
        let before = operation.responses.len();
        T::describe(operation);
        let headers = H::describe(&mut operation.schemas);
        for header in &headers {
            if HeaderName::try_from(&header.name).is_err() {
                let mistake = format!("`{}` is not a valid header name", header.name);
                operation.mistakes.push(mistake);
            }
        }
        for response in &mut operation.responses[before..] {
            let is_replaced = |own: &ResponseHeader| {
                own.name != SET_COOKIE.as_str()
                    && headers
                        .iter()
                        .any(|new| new.name.eq_ignore_ascii_case(&own.name))
            };
            response.headers.retain(|own| !is_replaced(own));
            response.headers.extend(headers.iter().cloned());
        }
    }

    async fn respond(self, response_context: &ResponseContext) -> Response {
        let mut response = self.response.respond(response_context).await;
        let mut headers = HeaderMap::new();
        if let Err(error) = self.headers.write(&mut headers) {
            return HttpError::internal(error).into_response(response_context.error_format());
        }
        set_headers(response.headers_mut(), headers);
        response
    }
}
