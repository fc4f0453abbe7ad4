//! `vector` on axum with garde, as its community writes it.

use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use garde::Validate;
use serde::{Deserialize, Serialize};

#[derive(Deserialize, Validate)]
struct Vector {
    #[garde(length(chars, min = 1, max = 64))]
    id: String,
    #[garde(length(min = 512, max = 512), custom(finite))]
    values: Vec<f32>,
}

fn finite(values: &[f32], _: &()) -> garde::Result {
    if values.iter().all(|value| value.is_finite()) {
        Ok(())
    } else {
        Err(garde::Error::new("not finite"))
    }
}

#[derive(Serialize)]
struct Norm {
    id: String,
    norm: f32,
}

async fn embed(Json(vector): Json<Vector>) -> Result<Json<Norm>, Response> {
    if let Err(report) = vector.validate() {
        return Err((StatusCode::UNPROCESSABLE_ENTITY, report.to_string()).into_response());
    }
    let norm = vector
        .values
        .iter()
        .map(|value| value * value)
        .sum::<f32>()
        .sqrt();
    Ok(Json(Norm {
        id: vector.id,
        norm,
    }))
}

#[tokio::main]
async fn main() {
    let port = avocet_bench::port();
    let app = Router::new()
        .route("/embed", post(embed))
        .layer(DefaultBodyLimit::max(2 * 1024 * 1024));
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port))
        .await
        .expect("the port is free");
    axum::serve(listener, app).await.expect("it serves");
}
