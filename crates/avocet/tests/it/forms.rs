//! Forms and files: accepted and rejected forms, their documentation, and leaked files.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod any_pieces;
mod document;
mod json_parts;
mod leftovers;
mod limits;
mod rejections;
mod values;

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll};

use avocet::Service;
use avocet::extract::{File, Form, Upload};
use avocet::operation::Operation;
use avocet::prelude::*;
use avocet::read::Number::Integer;
use avocet::route::Route;
use avocet::rules::{Ge, Le, MaxItems, MaxLength, MinLength, Rules};
use avocet::serve::Limits;
use avocet::testing::{TestClient, TestResponse};
use bytes::Bytes;
use http_body::{Body, Frame};
use serde_json::{Value, json};
use tokio::sync::Mutex;
use tower_service::Service as _;

/// Serializes the tests that count or open temporary files.
static TEMPORARY_FILES: Mutex<()> = Mutex::const_new(());

static TITLE: Rules = Rules::own(&[&MinLength(2)]);
static COPIES: Rules = Rules::own(&[&Ge(Integer(1)), &Le(Integer(50))]);
static NAME: Rules = Rules::own(&[&MaxLength(10)]);
static FEW: Rules = Rules::own(&[&MaxItems(2)]);

#[model]
enum Paper {
    A3,
    A4,
}

fn by_hand() -> Vec<Route> {
    let orders = Operation::post("/orders").id("order_prints").handle(
        (
            Form::<String>::new("title").rules(&TITLE),
            Form::<u32>::new("copies").rules(&COPIES).default(|| 1),
            Form::<bool>::new("colour").default(|| false),
            Form::<Vec<Paper>>::new("sizes").default(|| vec![Paper::A4]),
            Form::<Option<String>>::new("free-text").aliases(&["remark"]),
        ),
        |(title, copies, colour, sizes, remark)| async move {
            json!({"title": title, "copies": copies, "colour": colour, "sizes": sizes, "remark": remark})
        },
    );
    let files = Operation::post("/files").id("upload_file").handle(
        (File::<Upload>::new("file").description("Any."),),
        |(file,)| async move {
            let (raw, kind) = (
                file.raw_file_name().to_owned(),
                file.content_type().map(str::to_owned),
            );
            let bytes = file.bytes().await?;
            Ok::<_, HttpError>(json!({"filename": raw, "content_type": kind, "size": bytes.len()}))
        },
    );
    let albums = Operation::post("/albums").id("upload_album").handle(
        (
            Form::<String>::new("name").rules(&NAME),
            File::<Vec<Upload>>::new("pages").rules(&FEW),
            File::<Option<Upload>>::new("cover"),
            File::<Bytes>::new("notes").default(Bytes::new),
        ),
        |(name, pages, cover, notes)| async move {
            let pages: Vec<_> = pages.iter().map(|page| json!([page.raw_file_name(), page.size()])).collect();
            json!({"name": name, "pages": pages, "cover": cover.map(|it| it.file_name()), "notes": notes.len()})
        },
    );
    vec![orders, files, albums]
}

#[post("/orders")]
async fn order_prints(
    #[form(min_length = 2)] title: String,
    #[form(ge = 1, le = 50, default = 1)] copies: u32,
    #[form(default = false)] colour: bool,
    #[form(default = vec![Paper::A4])] sizes: Vec<Paper>,
    #[form(rename = "free-text", alias = "remark")] remark: Option<String>,
) -> Value {
    json!({"title": title, "copies": copies, "colour": colour, "sizes": sizes, "remark": remark})
}

#[post("/files")]
async fn upload_file(
    /// Any.
    #[file]
    file: Upload,
) -> Result<Value, HttpError> {
    let (raw, kind) = (
        file.raw_file_name().to_owned(),
        file.content_type().map(str::to_owned),
    );
    let bytes = file.bytes().await?;
    Ok(json!({"filename": raw, "content_type": kind, "size": bytes.len()}))
}

#[post("/albums")]
async fn upload_album(
    #[file(max_items = 2)] pages: Vec<Upload>,
    #[file] cover: Option<Upload>,
    #[form(max_length = 10)] name: String,
    #[file(default = Bytes::new())] notes: Bytes,
) -> Value {
    let pages: Vec<_> = pages
        .iter()
        .map(|page| json!([page.raw_file_name(), page.size()]))
        .collect();
    json!({"name": name, "pages": pages, "cover": cover.map(|it| it.file_name()), "notes": notes.len()})
}

fn app(routes: Vec<Route>, limits: Limits) -> Service {
    App::new("Print shop", "1.0.0")
        .limits(limits)
        .routes(routes)
        .build()
        .unwrap()
}

/// Returns clients of the same application twice: by hand and by macros.
fn clients() -> [TestClient; 2] {
    let macros =
        App::new("Print shop", "1.0.0").routes(routes![order_prints, upload_file, upload_album]);
    [app(by_hand(), Limits::default()), macros.build().unwrap()].map(TestClient::new)
}

async fn errors(response: TestResponse) -> Vec<(String, Value)> {
    assert_eq!(response.status(), 422);
    let error = |error: &Value| {
        (
            error["type"].as_str().unwrap().to_owned(),
            error["loc"].clone(),
        )
    };
    response.json::<Value>().await["detail"]
        .as_array()
        .unwrap()
        .iter()
        .map(error)
        .collect()
}

async fn detail(response: TestResponse) -> String {
    response.json::<Value>().await["detail"]
        .as_str()
        .unwrap()
        .to_owned()
}

/// A body that arrives in these pieces, and then ends or stays open.
struct Pieces {
    pieces: VecDeque<Bytes>,
    ends: bool,
}

impl Body for Pieces {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        match self.pieces.pop_front() {
            Some(piece) => Poll::Ready(Some(Ok(Frame::data(piece)))),
            None if self.ends => Poll::Ready(None),
            None => Poll::Pending,
        }
    }
}

async fn send(
    mut service: Service,
    path: &str,
    content_type: &str,
    body: Pieces,
) -> http::Response<avocet::response::ResponseBody> {
    let request = http::Request::post(path)
        .header("content-type", content_type)
        .body(body)
        .unwrap();
    let Ok(response) = service.call(request).await;
    response
}
