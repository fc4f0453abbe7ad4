//! Letters.

use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, Object, OpenApi};

const REVISION: u32 = 0;

/// The content of a letter.
#[derive(Object)]
struct NewLetter {
    /// The title.
    #[oai(validator(min_length = 1, max_length = 64))]
    title: String,
    /// The text.
    #[oai(validator(min_length = 1))]
    text: String,
    /// A language code of two characters.
    #[oai(validator(pattern = "^[a-z]{2}$"))]
    language: Option<String>,
    /// Search keywords.
    #[oai(validator(max_items = 16, min_length = 1))]
    tags: Vec<String>,
    /// The embedding vector.
    #[oai(validator(min_items = 2, max_items = 1024))]
    vector: Vec<f32>,
    /// The weight.
    #[oai(validator(minimum(value = "0.0"), maximum(value = "1.0")))]
    weight: f64,
    /// The number of pages.
    #[oai(validator(minimum(value = "1")))]
    pages: u32,
    /// The year it was written.
    #[oai(validator(minimum(value = "1450"), maximum(value = "2100")))]
    year: Option<i32>,
}

/// A letter.
#[derive(Object)]
struct Letter {
    id: u64,
    revision: u32,
    title: String,
    text: String,
    language: Option<String>,
    tags: Vec<String>,
    dimensions: u64,
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
            dimensions: vector.len() as u64,
            weight,
            pages,
            year,
        }
    }
}

#[derive(ApiResponse)]
enum FoundLetter {
    /// The letter.
    #[oai(status = 200)]
    Found(Json<Letter>),
    /// There is no such letter.
    #[oai(status = 404)]
    Missing,
}

pub struct Api;

#[OpenApi]
impl Api {
    /// Add a letter.
    #[oai(path = "/letters", method = "post")]
    async fn add(&self, letter: Json<NewLetter>) -> Json<Letter> {
        Json(Letter::new(1, letter.0))
    }

    /// The letters, newest first.
    #[oai(path = "/letters", method = "get")]
    async fn list(
        &self,
        #[oai(
            default = "twenty",
            validator(minimum(value = "1"), maximum(value = "100"))
        )]
        limit: Query<u64>,
        after: Query<Option<u64>>,
        #[oai(validator(max_length = 64))] title: Query<Option<String>>,
    ) -> Json<Vec<Letter>> {
        let _ = (limit, after, title);
        Json(Vec::new())
    }

    /// One letter.
    #[oai(path = "/letters/:id", method = "get")]
    async fn read(&self, id: Path<u64>) -> FoundLetter {
        let _ = id;
        FoundLetter::Missing
    }

    /// Replace a letter.
    #[oai(path = "/letters/:id", method = "put")]
    async fn replace(&self, id: Path<u64>, letter: Json<NewLetter>) -> FoundLetter {
        match id.0 {
            0 => FoundLetter::Missing,
            id => FoundLetter::Found(Json(Letter::new(id, letter.0))),
        }
    }
}

fn twenty() -> u64 {
    20
}
