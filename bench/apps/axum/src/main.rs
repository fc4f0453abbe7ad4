//! Letters on axum and serde, without validation and without a document.

mod letter;

use axum::Router;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let app = Router::new();
    let app = app.merge(letter::routes());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8000").await?;
    axum::serve(listener, app).await
}
