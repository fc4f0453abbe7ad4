//! Letters.

use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};

const REVISION: u32 = 0;

/// The content of a letter.
#[derive(Deserialize)]
struct NewLetter {
    /// The title.
    title: String,
    /// The text.
    text: String,
    /// A language code of two characters.
    language: Option<String>,
    /// Search keywords.
    tags: Vec<String>,
    /// The embedding vector.
    vector: Vec<f32>,
    /// The weight.
    weight: f64,
    /// The number of pages.
    pages: u32,
    /// The year it was written.
    year: Option<i32>,
}

/// A letter.
#[derive(Serialize)]
struct Letter {
    id: u64,
    revision: u32,
    title: String,
    text: String,
    language: Option<String>,
    tags: Vec<String>,
    dimensions: usize,
    weight: f64,
    pages: u32,
    year: Option<i32>,
}

impl Letter {
    fn new(id: u64, letter: NewLetter) -> Self {
        let NewLetter {
            title,
            text,
            language,
            tags,
            vector,
            weight,
            pages,
            year,
        } = letter;
        Self {
            id,
            revision: REVISION,
            title,
            text,
            language,
            tags,
            dimensions: vector.len(),
            weight,
            pages,
            year,
        }
    }
}

/// Add a letter.
async fn add(Json(letter): Json<NewLetter>) -> Json<Letter> {
    Json(Letter::new(1, letter))
}

#[derive(Deserialize)]
struct LetterListing {
    #[serde(default = "twenty")]
    limit: usize,
    after: Option<u64>,
    title: Option<String>,
}

fn twenty() -> usize {
    20
}

/// The letters, newest first.
async fn list(Query(listing): Query<LetterListing>) -> Json<Vec<Letter>> {
    let _ = (listing.limit, listing.after, listing.title);
    Json(Vec::new())
}

/// One letter.
async fn read(Path(id): Path<u64>) -> Result<Json<Letter>, StatusCode> {
    let _ = id;
    Err(StatusCode::NOT_FOUND)
}

/// Replace a letter.
async fn replace(
    Path(id): Path<u64>,
    Json(letter): Json<NewLetter>,
) -> Result<Json<Letter>, StatusCode> {
    match id {
        0 => Err(StatusCode::NOT_FOUND),
        id => Ok(Json(Letter::new(id, letter))),
    }
}

pub fn routes() -> Router {
    Router::new()
        .route("/letters", get(list).post(add))
        .route("/letters/{id}", get(read).put(replace))
}
