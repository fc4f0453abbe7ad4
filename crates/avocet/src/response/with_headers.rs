//! `WithHeaders`: an answer with headers and cookies of its own, declared by type.

use super::{Responder, Response, ResponseContext, ResponseHeaders};
use crate::operation::Operation;

/// An answer with the headers of `H`, an `#[headers]` struct.
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
/// # let route = avocet::operation::IntoRoute::into_route(response {});
/// # assert_eq!(route.operation().responses[0].headers[0].name, "x-cost");
/// ```
#[derive(Clone, Debug)]
pub struct WithHeaders<T, H> {
    response: T,
    headers: H,
}

impl<T, H> WithHeaders<T, H> {
    /// An answer and its headers.
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
        for response in &mut operation.responses[before..] {
            response.headers.extend(headers.iter().cloned());
        }
    }

    async fn respond(self, response_context: &ResponseContext) -> Response {
        let mut response = self.response.respond(response_context).await;
        self.headers.write(response.headers_mut());
        response
    }
}
