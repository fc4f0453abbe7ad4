//! `params`: a print shop that takes headers, cookies, forms, uploads, and models made of parameters.

use avocet::extract::Upload;
use avocet::{OperationIds, prelude::*};
use bytes::Bytes;
use serde_json::{Value, json};
use uuid::Uuid;

#[get("/headers")]
async fn read_headers(
    #[header] x_trace: Option<Uuid>,
    #[header(default = 0, ge = 0, le = 5)] retries: i64,
    #[header(default)] x_tag: Vec<String>,
    #[header(rename = "X-Plain_Name")] plain_name: Option<String>,
) -> Value {
    json!({"x_trace": x_trace, "retries": retries, "x_tag": x_tag, "plain_name": plain_name})
}

#[get("/language")]
async fn read_language(#[header(max_length = 5)] accept_language: String) -> Value {
    json!({"accept_language": accept_language})
}

#[get("/cookies")]
async fn read_cookies(
    #[cookie(min_length = 4)] session: String,
    #[cookie(default = 1, gt = 0)] visits: i64,
    #[cookie] dark: Option<bool>,
) -> Value {
    json!({"session": session, "visits": visits, "dark": dark})
}

#[model(literal)]
enum Size {
    A3,
    A4,
}

#[post("/orders")]
async fn order_prints(
    #[form(min_length = 2)] title: String,
    #[form(default = 1, ge = 1, le = 50)] copies: i64,
    #[form(default)] colour: bool,
    #[form(default = vec![Size::A4])] sizes: Vec<Size>,
    #[form(rename = "free-text")] remark: Option<String>,
) -> Value {
    json!({"title": title, "copies": copies, "colour": colour, "sizes": sizes, "remark": remark})
}

#[post("/files")]
async fn upload_file(#[file] file: Upload) -> Value {
    json!({
        "filename": file.raw_file_name(),
        "content_type": file.content_type(),
        "size": file.size(),
    })
}

#[post("/albums")]
async fn upload_album(
    #[form(max_length = 10)] name: String,
    #[file] pages: Vec<Upload>,
    #[file] cover: Option<Upload>,
    #[file(default)] notes: Bytes,
) -> Value {
    let pages: Vec<_> = pages
        .iter()
        .map(|page| json!([page.raw_file_name(), page.size()]))
        .collect();
    let cover = cover.map(|cover| cover.raw_file_name().to_owned());
    json!({"name": name, "pages": pages, "cover": cover, "notes": notes.len()})
}

#[model(literal)]
#[serde(rename_all = "lowercase")]
enum OrderBy {
    Date,
    Price,
}

#[model]
#[serde(deny_unknown_fields)]
struct Filter {
    #[field(default = 10, gt = 0, le = 100)]
    limit: i64,
    #[field(default = OrderBy::Date)]
    order_by: OrderBy,
    #[field(default)]
    tags: Vec<String>,
    #[field(ge = 0, rename = "minPrice")]
    min_price: Option<f64>,
}

#[get("/search")]
async fn search(#[query] filter: Filter) -> Value {
    json!(filter)
}

#[model]
struct ClientHeaders {
    x_client: String,
    #[field(default = 2, ge = 2)]
    x_version: i64,
    if_modified_since: Option<String>,
}

#[get("/client")]
async fn read_client(#[header] client: ClientHeaders) -> Value {
    json!(client)
}

#[model]
#[serde(deny_unknown_fields)]
struct Consent {
    #[field(pattern = "^v[0-9]+$")]
    visitor: String,
    #[field(default)]
    ads: bool,
}

#[get("/consent")]
async fn read_consent(#[cookie] consent: Consent) -> Value {
    json!(consent)
}

#[model]
#[serde(deny_unknown_fields)]
struct Signup {
    #[field(min_length = 3)]
    email: String,
    #[field(ge = 18)]
    age: Option<i64>,
    #[field(default)]
    topics: Vec<String>,
}

#[post("/signup", status = 201)]
async fn sign_up(#[form] signup: Signup) -> Value {
    json!(signup)
}

/// Builds the app.
pub fn app() -> App {
    App::new("Print shop", "1.0.0")
        .operation_ids(OperationIds::FastApi)
        .routes(routes![
            read_headers,
            read_language,
            read_cookies,
            order_prints,
            upload_file,
            upload_album,
            search,
            read_client,
            read_consent,
            sign_up,
        ])
}
