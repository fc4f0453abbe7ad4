//! A vector of 512 floats and an id: a typical request of an embeddings API.

use std::fmt::Write as _;
use std::hint::black_box;

use avocet::prelude::*;
use bytes::Bytes;
use http::Request;
use serde::Deserialize;

use super::{Path, answered};

pub const READ: Path = Path {
    name: "vector",
    prepare: || {
        let body = body();
        Box::new(move || {
            let vector = avocet::input::from_json::<Vector>(body.as_bytes());
            drop(black_box(vector.expect("it is good")));
        })
    },
    yardstick: Some(|| {
        let body = body();
        Box::new(move || {
            let vector = checked(body.as_bytes());
            drop(black_box(vector.expect("it is good")));
        })
    }),
};

/// The whole request.
pub const ANSWERED: Path = Path {
    name: "vector answered",
    prepare: || {
        let request = request(body());
        answered(service(), request, 200, r#"{"id":"document-0001","norm":1"#)
    },
    yardstick: None,
};

/// The whole request, with all validation errors in its response; the yardstick has no response, and the first error only.
pub const INVALID: Path = Path {
    name: "invalid vector answered",
    prepare: || {
        let request = request(invalid_body());
        answered(service(), request, 422, r#""loc":["body","values",256]"#)
    },
    yardstick: Some(|| {
        let body = invalid_body();
        Box::new(move || {
            let error = checked(body.as_bytes()).err();
            drop(black_box(error.expect("it is bad")));
        })
    }),
};

#[model(input)]
#[derive(Deserialize)]
struct Vector {
    #[field(min_length = 1, max_length = 64)]
    id: String,
    #[field(min_items = 512, max_items = 512)]
    values: Vec<f32>,
}

#[model(output)]
struct Norm {
    id: String,
    norm: f32,
}

#[post("/embed")]
async fn embed(#[body] vector: Vector) -> Norm {
    let squares = vector.values.iter().map(|value| value * value);
    let norm = squares.sum::<f32>().sqrt();
    Norm {
        id: vector.id,
        norm,
    }
}

fn service() -> avocet::Service {
    let app = App::new("Vectors", "1.0.0").routes(routes![embed]);
    app.build().expect("it is free of mistakes")
}

/// Deserializes with serde_json and applies the checks of the rules.
fn checked(body: &[u8]) -> Result<Vector, String> {
    let vector: Vector = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    let id_fits = (1..=64).contains(&vector.id.chars().count());
    if id_fits && vector.values.len() == 512 && vector.values.iter().all(|value| value.is_finite())
    {
        Ok(vector)
    } else {
        Err("it breaks a rule".to_owned())
    }
}

fn request(body: String) -> Request<Bytes> {
    let request = Request::post("/embed")
        .header("host", "127.0.0.1:8000")
        .header("content-type", "application/json")
        .header("content-length", body.len());
    request.body(body.into()).expect("it is well formed")
}

/// Returns values of nine digits each, as embeddings are written.
fn values() -> Vec<String> {
    let mut state = 1_u64;
    let mut value = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        format!("{:.9}", (state >> 33) as f64 / f64::from(1_u32 << 30) - 1.0)
    };
    (0..512).map(|_| value()).collect()
}

fn body() -> String {
    of_values(&values())
}

/// Returns a body in which one value is a string, and one is missing.
fn invalid_body() -> String {
    let mut values = values();
    "\"x\"".clone_into(&mut values[256]);
    values.pop();
    of_values(&values)
}

fn of_values(values: &[String]) -> String {
    let mut body = r#"{"id":"document-0001","values":["#.to_owned();
    write!(body, "{}]}}", values.join(",")).expect("a text takes everything");
    body
}
