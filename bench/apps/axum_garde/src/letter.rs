//! Letters.

use axum::Json;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use garde::Validate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::{Valid, check};

const REVISION: u32 = 0;

/// The content of a letter.
#[derive(Deserialize, Validate, ToSchema)]
struct NewLetter {
    /// The title.
    #[garde(length(chars, min = 1, max = 64))]
    #[schema(min_length = 1, max_length = 64)]
    title: String,
    /// The text.
    #[garde(length(chars, min = 1))]
    #[schema(min_length = 1)]
    text: String,
    /// A language code of two characters.
    #[garde(inner(pattern("^[a-z]{2}$")))]
    #[schema(pattern = "^[a-z]{2}$")]
    language: Option<String>,
    /// Search keywords.
    #[garde(length(max = 16), inner(length(chars, min = 1)))]
    #[schema(max_items = 16)]
    tags: Vec<String>,
    /// The embedding vector.
    #[garde(length(min = 2, max = 1024))]
    #[schema(min_items = 2, max_items = 1024)]
    vector: Vec<f32>,
    /// The weight.
    #[garde(range(min = 0.0, max = 1.0))]
    #[schema(minimum = 0.0, maximum = 1.0)]
    weight: f64,
    /// The number of pages.
    #[garde(range(min = 1))]
    #[schema(minimum = 1)]
    pages: u32,
    /// The year it was written.
    #[garde(inner(range(min = 1450, max = 2100)))]
    #[schema(minimum = 1450, maximum = 2100)]
    year: Option<i32>,
}

/// A letter.
#[derive(Serialize, ToSchema)]
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
#[utoipa::path(post, path = "/letters", request_body = NewLetter, responses((status = OK, body = Letter)))]
async fn add(Valid(letter): Valid<NewLetter>) -> Json<Letter> {
    Json(Letter::new(1, letter))
}

#[derive(Deserialize, Validate, IntoParams)]
struct LetterListing {
    #[serde(default = "twenty")]
    #[garde(range(min = 1, max = 100))]
    #[param(default = 20, minimum = 1, maximum = 100)]
    limit: usize,
    #[garde(skip)]
    after: Option<u64>,
    #[garde(inner(length(chars, max = 64)))]
    #[param(max_length = 64)]
    title: Option<String>,
}

fn twenty() -> usize {
    20
}

/// The letters, newest first.
#[utoipa::path(get, path = "/letters", params(LetterListing), responses((status = OK, body = Vec<Letter>)))]
async fn list(Query(listing): Query<LetterListing>) -> Result<Json<Vec<Letter>>, Response> {
    let Valid(listing) = check(listing)?;
    let _ = (listing.limit, listing.after, listing.title);
    Ok(Json(Vec::new()))
}

/// One letter.
#[utoipa::path(
    get,
    path = "/letters/{id}",
    params(("id" = u64, Path)),
    responses((status = OK, body = Letter), (status = NOT_FOUND, description = "There is no such letter."))
)]
async fn read(Path(id): Path<u64>) -> Result<Json<Letter>, StatusCode> {
    let _ = id;
    Err(StatusCode::NOT_FOUND)
}

/// Replace a letter.
#[utoipa::path(
    put,
    path = "/letters/{id}",
    params(("id" = u64, Path)),
    request_body = NewLetter,
    responses((status = OK, body = Letter), (status = NOT_FOUND, description = "There is no such letter."))
)]
async fn replace(
    Path(id): Path<u64>,
    Valid(letter): Valid<NewLetter>,
) -> Result<Json<Letter>, StatusCode> {
    match id {
        0 => Err(StatusCode::NOT_FOUND),
        id => Ok(Json(Letter::new(id, letter))),
    }
}

pub fn routes() -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(add, list))
        .routes(routes!(read, replace))
}
