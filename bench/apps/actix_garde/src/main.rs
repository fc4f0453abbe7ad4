//! Letters on actix-web, validated by garde, without a document.

mod letter;

use actix_web::{App, HttpServer};

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let app = || {
        App::new()
            // Each module configures its routes.
            .configure(letter::routes)
    };
    HttpServer::new(app).bind(("127.0.0.1", 8000))?.run().await
}
