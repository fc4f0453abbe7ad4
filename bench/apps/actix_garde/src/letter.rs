//! Letters.

use actix_web::error::ErrorNotFound;
use actix_web::web::{Json, Path, ServiceConfig};
use actix_web::{Result, get, post, put};
use garde::Validate;
use garde_actix_web::web::{Json as ValidJson, Query as ValidQuery};
use serde::{Deserialize, Serialize};

const REVISION: u32 = 0;

/// The content of a letter.
#[derive(Deserialize, Validate)]
struct NewLetter {
    /// The title.
    #[garde(length(chars, min = 1, max = 64))]
    title: String,
    /// The text.
    #[garde(length(chars, min = 1))]
    text: String,
    /// A language code of two characters.
    #[garde(inner(pattern("^[a-z]{2}$")))]
    language: Option<String>,
    /// Search keywords.
    #[garde(length(max = 16), inner(length(chars, min = 1)))]
    tags: Vec<String>,
    /// The embedding vector.
    #[garde(length(min = 2, max = 1024))]
    vector: Vec<f32>,
    /// The weight.
    #[garde(range(min = 0.0, max = 1.0))]
    weight: f64,
    /// The number of pages.
    #[garde(range(min = 1))]
    pages: u32,
    /// The year it was written.
    #[garde(inner(range(min = 1450, max = 2100)))]
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
#[post("/letters")]
async fn add(letter: ValidJson<NewLetter>) -> Json<Letter> {
    Json(Letter::new(1, letter.into_inner()))
}

#[derive(Deserialize, Validate)]
struct LetterListing {
    #[serde(default = "twenty")]
    #[garde(range(min = 1, max = 100))]
    limit: usize,
    #[garde(skip)]
    after: Option<u64>,
    #[garde(inner(length(chars, max = 64)))]
    title: Option<String>,
}

fn twenty() -> usize {
    20
}

/// The letters, newest first.
#[get("/letters")]
async fn list(listing: ValidQuery<LetterListing>) -> Json<Vec<Letter>> {
    let listing = listing.into_inner();
    let _ = (listing.limit, listing.after, listing.title);
    Json(Vec::new())
}

/// One letter.
#[get("/letters/{id}")]
async fn read(id: Path<u64>) -> Result<Json<Letter>> {
    let _ = id;
    Err(ErrorNotFound("There is no such letter."))
}

/// Replace a letter.
#[put("/letters/{id}")]
async fn replace(id: Path<u64>, letter: ValidJson<NewLetter>) -> Result<Json<Letter>> {
    match id.into_inner() {
        0 => Err(ErrorNotFound("There is no such letter.")),
        id => Ok(Json(Letter::new(id, letter.into_inner()))),
    }
}

pub fn routes(config: &mut ServiceConfig) {
    config
        .service(add)
        .service(list)
        .service(read)
        .service(replace);
}
