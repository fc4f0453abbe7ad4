//! Letters.

use avocet::prelude::*;

use crate::Missing;

const REVISION: u32 = 0;

/// The content of a letter.
#[model(input)]
struct NewLetter {
    /// The title.
    #[field(min_length = 1, max_length = 64)]
    title: String,
    /// The text.
    #[field(min_length = 1)]
    text: String,
    /// A language code of two characters.
    #[field(pattern = "^[a-z]{2}$")]
    language: Option<String>,
    /// Search keywords.
    #[field(max_items = 16, items(min_length = 1))]
    tags: Vec<String>,
    /// The embedding vector.
    #[field(min_items = 2, max_items = 1024)]
    vector: Vec<f32>,
    /// The weight.
    #[field(ge = 0.0, le = 1.0)]
    weight: f64,
    /// The number of pages.
    #[field(ge = 1)]
    pages: u32,
    /// The year it was written.
    #[field(ge = 1450, le = 2100)]
    year: Option<i32>,
}

/// A letter.
#[model(output)]
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
async fn add(#[body] letter: NewLetter) -> Letter {
    Letter::new(1, letter)
}

/// The letters, newest first.
#[get("/letters")]
async fn list(
    #[query(default = 20, ge = 1, le = 100)] limit: usize,
    #[query] after: Option<u64>,
    #[query(max_length = 64)] title: Option<String>,
) -> Vec<Letter> {
    let _ = (limit, after, title);
    Vec::new()
}

/// One letter.
#[get("/letters/{id}")]
async fn read(id: u64) -> Result<Letter, Missing> {
    let _ = id;
    Err(Missing::Missing)
}

/// Replace a letter.
#[put("/letters/{id}")]
async fn replace(id: u64, #[body] letter: NewLetter) -> Result<Letter, Missing> {
    match id {
        0 => Err(Missing::Missing),
        id => Ok(Letter::new(id, letter)),
    }
}

pub fn router() -> Router {
    Router::new("").routes(routes![add, list, read, replace])
}
