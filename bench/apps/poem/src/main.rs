//! Letters on poem-openapi.

mod letter;

use poem::listener::TcpListener;
use poem::{Route, Server};
use poem_openapi::OpenApiService;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let kinds = (
        // Each module is a separate API.
        letter::Api,
    );
    let service = OpenApiService::new(kinds, "Letters", "1.0.0");
    let document = service.spec_endpoint();
    let app = Route::new().nest("/", service).at("/openapi.json", document);
    Server::new(TcpListener::bind("127.0.0.1:8000"))
        .run(app)
        .await
}
