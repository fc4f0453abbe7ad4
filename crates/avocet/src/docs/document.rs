//! The document: `/openapi.json`.

use http::{HeaderValue, header};

use crate::operation::Operation;
use crate::response::{Response, ResponseBody};
use crate::route::Route;

pub(super) fn route() -> Route {
    Route::opaque(
        Operation::get("/openapi.json").hidden(),
        |call| async move {
            let mut response = Response::new(ResponseBody::full(call.document().to_string()));
            response.headers_mut().insert(
                header::CONTENT_TYPE,
                HeaderValue::from_static("application/json"),
            );
            response
        },
    )
}
