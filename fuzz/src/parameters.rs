//! A query and a form with every kind of value that a text can represent, and the conversion of a response to a new
//! request.

use avocet::extract::Upload;
use avocet::types::{Email, Iso8601};
use avocet::route::Route;
use avocet::prelude::*;
use bytes::Bytes;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::model::{Grade, Level, Name};

macro_rules! echo {
    ($method:ident $path:literal $name:ident $source:ident) => {
        #[$method($path)]
        #[expect(clippy::too_many_arguments, reason = "one of every kind")]
        async fn $name(
            #[$source(ge = -100, lt = 100)] small: Option<i8>,
            #[$source(default = 3)] count: u16,
            #[$source(gt = -0.5)] float: Option<f64>,
            #[$source(max_digits = 6)] decimal: Option<Decimal>,
            #[$source(default = false)] flag: bool,
            #[$source(rename = "free-text", alias = "text", max_length = 8)] text: Option<String>,
            #[$source] letter: Option<char>,
            #[$source] level: Option<Level>,
            #[$source] grade: Option<Grade>,
            #[$source] name: Option<Name>,
            #[$source] email: Option<Email>,
            #[$source] at: Option<Timestamp>,
            #[$source] date: Option<Iso8601<Date>>,
            #[$source] length: Option<SignedDuration>,
            #[$source(default = Vec::new(), max_items = 4, items(ge = 0))] numbers: Vec<i32>,
            #[$source(default = Vec::new())] words: Vec<String>,
        ) -> Value {
            json!({
                "small": small, "count": count, "float": float, "decimal": decimal,
                "flag": flag, "free-text": text, "letter": letter, "level": level, "grade": grade,
                "name": name, "email": email, "at": at, "date": date, "length": length,
                "numbers": numbers, "words": words,
            })
        }
    };
}

echo!(get "/query" of_query query);
echo!(post "/form" of_form form);

/// Returns what was sent to the multipart route below.
#[post("/multipart")]
async fn of_multipart(
    #[form(default = Vec::new())] words: Vec<String>,
    #[form] number: Option<i16>,
    #[file(default = Vec::new(), max_items = 6)] files: Vec<Upload>,
    #[file] cover: Option<Bytes>,
) -> Result<Value, HttpError> {
    let mut contents = Vec::new();
    for file in files {
        let head = json!([file.raw_file_name(), file.content_type()]);
        contents.push(json!([head, file.bytes().await?.to_vec()]));
    }
    Ok(
        json!({"words": words, "number": number, "files": contents, "cover": cover.map(|cover| cover.to_vec())}),
    )
}

pub fn query() -> Vec<Route> {
    routes![of_query]
}

pub fn form() -> Vec<Route> {
    routes![of_form]
}

pub fn multipart() -> Vec<Route> {
    routes![of_multipart]
}

/// Converts a response to a new query or form. An empty text is omitted, because it counts as absent.
pub fn sent_again(response: &Value) -> String {
    let mut text = form_urlencoded::Serializer::new(String::new());
    for (name, value) in response.as_object().into_iter().flatten() {
        match value {
            Value::Array(items) => items.iter().for_each(|item| {
                text.append_pair(name, &spelling(item));
            }),
            Value::Null => {}
            value => {
                text.append_pair(name, &spelling(value));
            }
        }
    }
    text.finish()
}

fn spelling(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}
