//! The document: `/openapi.json`.

use std::borrow::Cow;

use http::{HeaderValue, header};

use crate::extract::RequestContext;
use crate::layer::OriginalUri;
use crate::model::{OrderedJson, object};
use crate::operation::Operation;
use crate::response::{Response, ResponseBody};
use crate::route::Route;

const PATH: &str = "/openapi.json";

pub(super) fn route() -> Route {
    Route::opaque(
        Operation::get(PATH).id("openapi").hidden(),
        |mut call| async move {
            let prefix = prefix(&mut call);
            let document = call.document();
            let document = match prefix {
                Some(prefix) if is_default(&document["servers"]) => {
                    Cow::Owned(with_server(document.clone(), &prefix))
                }
                _ => Cow::Borrowed(document),
            };
            let mut response = Response::new(ResponseBody::full(document.to_string()));
            response.headers_mut().insert(
                header::CONTENT_TYPE,
                HeaderValue::from_static("application/json"),
            );
            response
        },
    )
}

/// Returns the path at which the application is mounted in an outer one. Nothing in a request names the prefix of a proxy or of a different
/// framework's router.
fn prefix(call: &mut RequestContext) -> Option<String> {
    let original = call.extensions().get::<OriginalUri>()?;
    original.0.path().strip_suffix(PATH).map(str::to_owned)
}

/// Returns whether the application does not name its servers.
fn is_default(servers: &OrderedJson) -> bool {
    *servers == OrderedJson::from([object! {"url": "/"}])
}

fn with_server(mut document: OrderedJson, prefix: &str) -> OrderedJson {
    document.set("servers", [object! {"url": prefix}]);
    document
}
