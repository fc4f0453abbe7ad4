//! The equivalent of `examples/hello` on axum.

use axum::extract::Path;
use axum::routing::get;
use axum::{Json, Router};

async fn hello(Path(name): Path<String>) -> Json<String> {
    Json(format!("Hello, {name}!"))
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let app = Router::new().route("/hello/{name}", get(hello));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8000").await?;
    axum::serve(listener, app).await
}
