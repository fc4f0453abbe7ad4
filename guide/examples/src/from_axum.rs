//! Coming from axum.

// ANCHOR: extract
use avocet::prelude::*;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;

/// An extractor of axum, as an existing program has it.
pub struct ApiKey(String);

impl<S: Sync> FromRequestParts<S> for ApiKey {
    type Rejection = axum::http::StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let key = parts
            .headers
            .get("x-api-key")
            .and_then(|key| key.to_str().ok());
        key.map(|key| Self(key.to_owned()))
            .ok_or(axum::http::StatusCode::UNAUTHORIZED)
    }
}

#[get("/key-length")]
async fn key_length(#[extract] key: ApiKey) -> usize {
    key.0.len()
}
// ANCHOR_END: extract

// ANCHOR: nest
/// Avocet serves what is below `/api`, axum the rest.
pub fn router() -> avocet::Result<axum::Router> {
    let api = App::new("Keys", "1.0.0")
        .routes(routes![key_length])
        .build()?;
    Ok(axum::Router::new()
        .route("/", axum::routing::get(|| async { "from axum" }))
        .nest_service("/api", api))
}
// ANCHOR_END: nest

// ANCHOR: mount
/// Avocet serves `/key-length`, axum everything else.
pub fn app() -> App {
    let router = axum::Router::new().route("/", axum::routing::get(|| async { "from axum" }));
    App::new("Keys", "1.0.0")
        .routes(routes![key_length])
        .mount("/", router)
}
// ANCHOR_END: mount

// ANCHOR: layers
use avocet::layer::{Next, Request};
use avocet::response::Response;
use tower_http::cors::CorsLayer;

async fn log_operation(request: Request, next: Next) -> Response {
    let path = request.operation().map(|operation| operation.path.clone());
    let response = next.run(request).await;
    println!("{path:?} {}", response.status());
    response
}

pub fn app_with_layers() -> App {
    app()
        .middleware(log_operation)
        .layer(CorsLayer::permissive())
}
// ANCHOR_END: layers
