//! The encoding of form fields that take all values of their name.

use std::collections::BTreeSet;

use avocet::extract::Upload;
use avocet::prelude::*;
use serde_json::{Value, json};

use super::document;

#[model(input)]
struct Search {
    words: Vec<String>,
    numbers: Option<BTreeSet<i32>>,
    page: u32,
}

#[post("/one")]
async fn one(#[form] ids: Vec<i32>, #[form] name: String) -> usize {
    ids.len() + name.len()
}

#[post("/model")]
async fn model(#[form] search: Search) -> usize {
    search.words.len() + search.numbers.map_or(0, |it| it.len()) + search.page as usize
}

#[post("/files")]
async fn files(#[form] ids: Vec<i32>, #[file] files: Vec<Upload>) -> usize {
    ids.len() + files.len()
}

#[post("/plain")]
async fn plain(#[form] name: String) -> String {
    name
}

#[test]
fn lists_are_repeated_and_the_document_says_so() {
    let document = document(routes![one, model, files, plain]);
    let encoding = |path: &str, media_type: &str| -> Value {
        document["paths"][path]["post"]["requestBody"]["content"][media_type]["encoding"].clone()
    };
    let urlencoded = "application/x-www-form-urlencoded";
    let repeated = json!({"style": "form", "explode": true});
    assert_eq!(encoding("/one", urlencoded), json!({"ids": repeated}));
    assert_eq!(
        encoding("/model", urlencoded),
        json!({"words": repeated, "numbers": repeated})
    );
    assert_eq!(
        encoding("/files", "multipart/form-data"),
        json!({"ids": repeated})
    );
    assert_eq!(encoding("/plain", urlencoded), Value::Null);
}
