//! The application whose artifacts are compared: every kind of argument, of rule and of response.

use std::collections::{BTreeMap, BTreeSet};

use avocet::extract::Upload;
use avocet::prelude::*;
use avocet::serve::Limits;
use avocet::types::{Email, Patch, Secret};

/// One field for each kind of value and each rule.
#[model]
#[serde(deny_unknown_fields)]
pub(super) struct Everything {
    #[field(ge = 1, le = 10)]
    integer: Option<i64>,
    #[field(gt = 0.5, lt = 1.5)]
    float: Option<f32>,
    #[field(multiple_of = 3)]
    multiple: Option<u8>,
    #[field(min_length = 2, max_length = 4, pattern = "^[a-z]+$")]
    string: Option<String>,
    #[field(min_items = 1, max_items = 2, unique, items(ge = 0))]
    array: Option<Vec<i32>>,
    set: Option<BTreeSet<String>>,
    #[field(keys(max_length = 3), max_items = 2)]
    map: Option<BTreeMap<String, bool>>,
    tuple: Option<(String, u16)>,
    character: Option<char>,
    email: Option<Email>,
    address: Option<std::net::IpAddr>,
    secret: Option<Secret<String>>,
    patch: Option<Changes>,
    color: Option<Color>,
    animal: Option<Animal>,
    either: Option<Either>,
    nested: Option<Box<Everything>>,
}

#[model]
pub(super) struct Changes {
    #[field(default)]
    name: Patch<String>,
}

#[model]
pub(super) enum Color {
    Red,
    Green,
}

#[model]
#[serde(tag = "kind")]
pub(super) enum Animal {
    Cat { lives: u8 },
    Dog { name: String },
}

#[model]
#[serde(untagged)]
pub(super) enum Either {
    Number(i32),
    Words(Vec<String>),
}

#[errors]
pub(super) enum OrderError {
    /// The shelf is empty.
    #[error(status = 409)]
    SoldOut {
        /// What remains.
        remaining: u32,
    },
    /// The shop is closed.
    #[error(status = 503)]
    Closed,
}

/// Checks a value of every kind.
#[post("/everything")]
async fn everything(#[body] value: Everything) -> Everything {
    value
}

/// Reads parameters from every source.
#[get("/parameters/{id}")]
async fn parameters(
    #[path(ge = 1)] id: u32,
    #[query] flag: bool,
    #[query] numbers: Vec<i32>,
    #[header] x_ratio: f64,
    #[cookie] visits: Option<u8>,
) -> String {
    format!("{id} {flag} {numbers:?} {x_ratio} {visits:?}")
}

/// Takes a form with a file.
#[post("/form")]
async fn form(#[form] name: String, #[form] age: u8, #[file] photo: Upload) -> String {
    format!("{name} {age} {:?}", photo.file_name())
}

/// Fails as the path says.
#[post("/orders/{how}")]
async fn order(how: String) -> Result<u32, OrderError> {
    match how.as_str() {
        "sold-out" => Err(OrderError::SoldOut { remaining: 0 }),
        "closed" => Err(OrderError::Closed),
        _ => Ok(1),
    }
}

/// Fails with a status of its own.
#[get("/teapot")]
async fn teapot() -> Result<u32, HttpError> {
    Err(HttpError::new(StatusCode::IM_A_TEAPOT, "No coffee"))
}

/// Fails for a reason that the client does not learn.
#[get("/broken")]
async fn broken() -> Result<u32, HttpError> {
    Ok("x".parse::<u32>()?)
}

/// Panics.
#[get("/panic")]
async fn panics() -> u32 {
    panic!("on purpose")
}

/// Streams two numbers, and fails after the second if asked to.
#[get("/numbers")]
async fn numbers(#[query(default = false)] fail: bool) -> JsonLines<u32> {
    JsonLines::new(stream! {
        yield 1;
        yield 2;
        if fail {
            Err(HttpError::new(StatusCode::BAD_GATEWAY, "The model stopped"))?;
        }
    })
}

pub(super) fn app() -> App {
    App::new("Everything", "1.0.0")
        .description("Every kind of argument, of rule and of response.")
        .limits(Limits::default().body_bytes(4096))
        .routes(routes![
            everything, parameters, form, order, teapot, broken, panics, numbers
        ])
}
