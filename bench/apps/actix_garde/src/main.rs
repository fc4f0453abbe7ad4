//! Letters on actix-web, checked by garde, without a document.

mod letter;

use actix_web::{App, HttpServer};

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let app = || {
        App::new()
            // Each has routes of its own.
            .configure(letter::routes)
    };
    HttpServer::new(app).bind(("127.0.0.1", 8000))?.run().await
}
