//! `ResponseParts`: headers and cookies that a dependency adds to the response of a handler.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::HeaderMap;

use super::{ErrorFormat, HeaderField, HttpError, InvalidHeader, Response};
use crate::body::set_headers;

/// Headers and cookies of the response, an argument with `#[request]` of a dependency or a handler.
///
/// The response has them if its status is below 400; an error response and the handshake of a WebSocket have none of them. They replace
/// headers of the same name in the handler's response; cookies are added to its cookies. The document does not list them: return
/// [`WithHeaders`](super::WithHeaders) for headers that clients rely on.
///
/// ```
/// use avocet::prelude::*;
/// use avocet::response::ResponseParts;
/// use avocet::testing::TestClient;
///
/// #[dependency]
/// async fn version(#[request] response: ResponseParts) {
///     response.set("x-version", 7);
/// }
///
/// #[get("/items", requires(version))]
/// async fn items(#[query] page: u32, #[request] response: ResponseParts) -> u32 {
///     response.set("page", SetCookie::new(page.to_string()));
///     page
/// }
///
/// # #[avocet::main]
/// # async fn main() -> avocet::Result<()> {
/// let client = TestClient::new(App::new("Shop", "1.0.0").routes(routes![items]).build()?);
/// let response = client.get("/items?page=3").send().await;
/// assert_eq!(response.headers()["x-version"], "7");
/// assert_eq!(response.headers()["set-cookie"], "page=3; Path=/; HttpOnly; SameSite=Lax");
/// let error = client.get("/items").send().await;
/// assert!(!error.headers().contains_key("x-version"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct ResponseParts(Arc<Mutex<Parts>>);

#[derive(Debug, Default)]
struct Parts {
    headers: HeaderMap,
    invalid: Option<InvalidHeader>,
}

impl ResponseParts {
    /// Sets a header, or adds a cookie. It replaces a header of the same name that was set before.
    ///
    /// A header whose name or value cannot be sent makes the response a 500, which is logged with the header's name.
    ///
    /// ```
    /// use avocet::response::{ResponseParts, SetCookie};
    ///
    /// # fn set(response: ResponseParts) {
    /// response.set("x-cost", 7);
    /// response.set("session", SetCookie::removed());
    /// # }
    /// ```
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a value is shorter to write than a reference"
    )]
    pub fn set(&self, name: &str, value: impl HeaderField) {
        let mut new = HeaderMap::new();
        let mut parts = self.parts();
        match value.write(name, &mut new) {
            Ok(()) => set_headers(&mut parts.headers, new),
            Err(invalid) => parts.invalid = Some(invalid),
        }
    }

    /// Adds them to a response, unless it is an error.
    pub(crate) fn add_to(&self, mut response: Response, errors: ErrorFormat) -> Response {
        if response.status().as_u16() >= 400 {
            return response;
        }
        let Parts { headers, invalid } = std::mem::take(&mut *self.parts());
        if let Some(invalid) = invalid {
            return HttpError::internal(invalid).into_response(errors);
        }
        set_headers(response.headers_mut(), headers);
        response
    }

    fn parts(&self) -> MutexGuard<'_, Parts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
