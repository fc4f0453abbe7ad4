//! Letters on axum, validated by garde and documented by utoipa.

mod letter;

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use garde::Validate;
use serde::de::DeserializeOwned;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

/// A body that is deserialized and then validated.
struct Valid<T>(T);

impl<T: DeserializeOwned + Validate<Context = ()>, S: Send + Sync> FromRequest<S> for Valid<T> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let Json(value) = Json::<T>::from_request(request, state)
            .await
            .map_err(JsonRejection::into_response)?;
        check(value)
    }
}

fn check<T: Validate<Context = ()>>(value: T) -> Result<Valid<T>, Response> {
    match value.validate() {
        Ok(()) => Ok(Valid(value)),
        Err(report) => Err((StatusCode::UNPROCESSABLE_ENTITY, report.to_string()).into_response()),
    }
}

#[derive(OpenApi)]
#[openapi(info(title = "Letters", version = "1.0.0"))]
struct Document;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let app = OpenApiRouter::with_openapi(Document::openapi());
    let app = app.merge(letter::routes());
    let (app, document) = app.split_for_parts();
    let app = app.route("/openapi.json", get(async || Json(document)));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8000").await?;
    axum::serve(listener, app).await
}
