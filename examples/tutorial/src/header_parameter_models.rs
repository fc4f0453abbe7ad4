//! [Header parameter models](https://fastapi.tiangolo.com/tutorial/header-param-models/).
//!
//! Differences in the 422 for a missing header:
//!
//! - `loc` has the name of the header, `save-data`, as for headers without a model. FastAPI has the name of the field.
//! - `input` is `null`, as for all missing values. FastAPI shows all headers there, which can be secrets.

use avocet::prelude::*;

#[model]
struct CommonHeaders {
    host: String,
    save_data: bool,
    if_modified_since: Option<String>,
    traceparent: Option<String>,
    #[field(default)]
    x_tag: Vec<String>,
}

#[get("/items/")]
async fn read_items(#[header] headers: CommonHeaders) -> CommonHeaders {
    headers
}

#[model]
#[serde(deny_unknown_fields)]
struct KnownHeaders {
    host: String,
    save_data: bool,
    if_modified_since: Option<String>,
    traceparent: Option<String>,
    #[field(default)]
    x_tag: Vec<String>,
}

#[get("/known/")]
async fn read_known_items(#[header] headers: KnownHeaders) -> KnownHeaders {
    headers
}

pub fn app() -> App {
    crate::fastapi().routes(routes![read_items, read_known_items])
}
