//! The document: `/openapi.json`.

use std::borrow::Cow;
use std::sync::Arc;

use http::{HeaderValue, header};

use crate::extract::RequestContext;
use crate::layer::OriginalUri;
use crate::model::{OrderedJson, object};
use crate::operation::Operation;
use crate::response::{Response, ResponseBody};
use crate::route::Route;

/// Returns the route of a document of the application, below its prefix.
pub(super) fn route(index: usize, prefix: &str) -> Route {
    let path: Arc<str> = format!("{prefix}/openapi.json").into();
    Route::opaque(
        Operation::get(&*path).id("openapi").hidden(),
        move |mut call| {
            let path = Arc::clone(&path);
            async move {
                let prefix = outer_prefix(&mut call, &path);
                let document = call.document(index);
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
            }
        },
    )
}

/// Returns the path at which the application is mounted in an outer one. Nothing in a request names the prefix of a proxy or of a different
/// framework's router.
fn outer_prefix(call: &mut RequestContext, path: &str) -> Option<String> {
    let original = call.extensions().get::<OriginalUri>()?;
    original.0.path().strip_suffix(path).map(str::to_owned)
}

/// Returns whether the application does not name its servers.
fn is_default(servers: &OrderedJson) -> bool {
    *servers == OrderedJson::from([object! {"url": "/"}])
}

fn with_server(mut document: OrderedJson, prefix: &str) -> OrderedJson {
    document.set("servers", [object! {"url": prefix}]);
    document
}
