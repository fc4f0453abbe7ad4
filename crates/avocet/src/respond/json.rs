//! JSON answers: models, and the values that are models of themselves.

use std::collections::{BTreeMap, HashMap};
use std::future::{Future, ready};

use http::{HeaderValue, StatusCode, header};
use serde_json::Value;

use super::{Answering, HttpError, Respond, Response, ResponseBody};
use crate::model::{Output, Side};
use crate::operation::{Answer, Content, Operation};

/// Describes a JSON answer of type `T`.
///
/// ```
/// use avocet::operation::Operation;
///
/// let mut operation = Operation::get("/");
/// avocet::respond::describe_json::<Vec<f32>>(&mut operation);
/// assert_eq!(operation.answers[0].content[0].media_type, "application/json");
/// ```
pub fn describe_json<T: Output>(operation: &mut Operation) {
    let schema = operation.schemas.on(Side::Output, T::schema);
    let status = operation.status_or(StatusCode::OK);
    operation
        .answers
        .push(Answer::new(status).holding(Content::json(schema)));
}

/// Writes a value as a JSON answer.
///
/// ```
/// use avocet::respond::{Answering, answer_json};
///
/// let answer = answer_json(&[1, 2], &Answering::default());
/// assert_eq!(answer.headers()["content-type"], "application/json");
/// ```
pub fn answer_json<T: serde::Serialize + ?Sized>(value: &T, answering: &Answering) -> Response {
    // Most answers are small; a vector of a few hundred floats grows twice.
    let mut text = Vec::with_capacity(256);
    match serde_json::to_writer(&mut text, value) {
        Ok(()) => json_text(text, answering.status_or(StatusCode::OK)),
        Err(error) => HttpError::from(error).into_response(answering.errors()),
    }
}

pub(super) fn json_text(text: Vec<u8>, status: StatusCode) -> Response {
    let mut answer = Response::new(ResponseBody::full(text));
    *answer.status_mut() = status;
    answer.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    answer
}

macro_rules! answers {
    ($([$($generic:tt)*] $kind:ty;)*) => {$(
        impl<$($generic)*> Respond for $kind {
            fn describe(operation: &mut Operation) {
                describe_json::<Self>(operation);
            }

            fn respond(self, answering: &Answering) -> impl Future<Output = Response> + Send {
                ready(answer_json(&self, answering))
            }
        }
    )*};
}

answers! {
    [] bool;
    [] String;
    [] &'static str;
    [] Value;
    [] f32;
    [] f64;
    [] i8;
    [] i16;
    [] i32;
    [] i64;
    [] i128;
    [] isize;
    [] u8;
    [] u16;
    [] u32;
    [] u64;
    [] u128;
    [] usize;
    [T: Output + Send] Vec<T>;
    [T: Output + Send] Box<T>;
    [T: Output + Send] Option<T>;
    [T: Output + Send] BTreeMap<String, T>;
    [T: Output + Send] HashMap<String, T>;
    [A: Output + Send, B: Output + Send] (A, B);
    [A: Output + Send, B: Output + Send, C: Output + Send] (A, B, C);
}
