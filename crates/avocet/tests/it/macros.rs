//! The expansion of the attribute macros implements the attributes.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod changed;
mod constants;
mod doc_comments;
mod embedded;
mod enums;
mod events;
mod extractors;
mod fields;
mod newtypes;
mod reexported;
mod responses;
mod route_settings;
mod routes;
mod rules;
mod several_tags;
mod structs;
mod tagged;

use avocet::input::{Input, from_json};
use avocet::model::{Model, OrderedJson, Schemas, Side};
use avocet::prelude::*;

/// Returns the description of `T` on one side, with references by name.
fn described<T: Model>(side: Side) -> OrderedJson {
    let mut schemas = Schemas::new(side);
    let schema = T::schema(&mut schemas);
    let schema = schemas.resolve(&schema).clone();
    schema.to_json(&schemas.own_names())
}

#[track_caller]
fn errors<T: Input>(text: &str) -> Vec<(String, String)> {
    let Err(errors) = from_json::<T>(text.as_bytes()) else {
        panic!("{text} was read")
    };
    errors
        .iter()
        .map(|error| (error.kind().to_owned(), error.to_string()))
        .collect()
}

#[track_caller]
fn kinds<T: Input>(text: &str) -> Vec<String> {
    errors::<T>(text)
        .into_iter()
        .map(|(kind, _)| kind)
        .collect()
}

/// Text to embed.
#[model]
#[derive(Debug, PartialEq)]
struct EmbedRequest {
    /// One to three texts.
    #[field(
        min_items = 1,
        max_items = 3,
        items(min_length = 1, pattern = "^[a-z]")
    )]
    texts: Vec<String>,
    /// Scale the vectors
    /// to unit length.
    #[field(default = true)]
    normalize: bool,
    #[field(default = "small", alias = "m")]
    model: String,
    #[field(ge = -1, lt = 2.5)]
    temperature: Option<f32>,
    #[field(required)]
    user: Option<String>,
}

#[model]
#[derive(Clone, Copy, Debug, PartialEq)]
#[serde(rename_all = "kebab-case")]
enum Level {
    Low,
    #[serde(alias = "middle")]
    VeryHigh,
}

#[model]
#[derive(Debug, PartialEq)]
struct Call {
    name: String,
}

#[model]
#[derive(Debug)]
struct Page<T> {
    items: Vec<T>,
    total: u64,
}
