//! [Handling errors](https://fastapi.tiangolo.com/tutorial/handling-errors/).
//!
//! Differences:
//!
//! - JSON is strict: the size `"XL"` is an `int_type`. FastAPI tries to read the string as a number and reports `int_parsing`.
//! - The location of an error is `path.item_id` in the plain text, not the tuple of Python.
//! - A handler of validation errors does not receive the body, because it can contain secrets.

use avocet::prelude::*;
use avocet::response::{ErrorDetail, ErrorPage, WithStatus};
use std::fmt;

#[model(output)]
struct Item {
    item: &'static str,
}

#[get("/items/{item_id}")]
async fn read_item(item_id: String) -> Result<Item, HttpError> {
    match item_id.as_str() {
        "foo" => Ok(Item {
            item: "The Foo Wrestlers",
        }),
        _ => Err(HttpError::new(StatusCode::NOT_FOUND, "Item not found")),
    }
}

#[get("/items-header/{item_id}")]
async fn read_item_header(item_id: String) -> Result<Item, HttpError> {
    match item_id.as_str() {
        "foo" => Ok(Item {
            item: "The Foo Wrestlers",
        }),
        _ => {
            let error = HttpError::new(StatusCode::NOT_FOUND, "Item not found");
            Err(error.header("x-error".parse()?, "There goes my error".parse()?))
        }
    }
}

#[derive(Debug)]
struct UnicornError {
    name: String,
}

impl std::error::Error for UnicornError {}

impl fmt::Display for UnicornError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a unicorn: {}", self.name)
    }
}

#[model(output)]
struct Message {
    message: String,
}

fn unicorn_handler(error: &UnicornError) -> WithStatus<Message, 418> {
    let message = format!(
        "Oops! {} did something. There goes a rainbow...",
        error.name
    );
    WithStatus::new(StatusCode::IM_A_TEAPOT, Message { message })
}

#[model(output)]
struct Unicorn {
    unicorn_name: String,
}

#[get("/unicorns/{name}")]
async fn read_unicorn(name: String) -> Result<Unicorn, HttpError> {
    if name == "yolo" {
        Err(UnicornError { name: name.clone() })?;
    }
    Ok(Unicorn { unicorn_name: name })
}

pub fn app() -> App {
    crate::fastapi().map_error(unicorn_handler).routes(routes![
        read_item,
        read_item_header,
        read_unicorn
    ])
}

#[model(output)]
struct Number {
    item_id: i64,
}

#[get("/items/{item_id}")]
async fn read_number(item_id: i64) -> Result<Number, HttpError> {
    if item_id == 3 {
        return Err(HttpError::new(
            StatusCode::IM_A_TEAPOT,
            "Nope! I don't like 3.",
        ));
    }
    Ok(Number { item_id })
}

fn http_error(page: &ErrorPage<'_>) -> PlainText {
    PlainText(page.message())
}

fn validation_error(page: &ErrorPage<'_>) -> WithStatus<PlainText, 400> {
    let mut message = "Validation errors:".to_owned();
    if let ErrorDetail::ValidationErrors(errors) = page.detail() {
        for error in errors.iter() {
            let location: Vec<String> = error.location().iter().map(ToString::to_string).collect();
            message += &format!(
                "\nField: {}, Error: {}",
                location.join("."),
                error.message()
            );
        }
    }
    WithStatus::new(StatusCode::BAD_REQUEST, PlainText(message))
}

/// The same with handlers of its own for errors.
pub fn app_with_plain_text() -> App {
    crate::fastapi()
        .error_response(StatusCode::IM_A_TEAPOT, http_error)
        .error_response(StatusCode::UNPROCESSABLE_ENTITY, validation_error)
        .routes(routes![read_number])
}

#[model]
struct Towel {
    title: String,
    size: i64,
}

#[post("/items/")]
async fn create_item(#[body] item: Towel) -> Towel {
    item
}

/// The default handlers.
pub fn app_with_defaults() -> App {
    crate::fastapi().routes(routes![read_number, create_item])
}
