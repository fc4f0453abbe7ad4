//! Letters on Avocet.

mod letter;

use avocet::prelude::*;

#[errors]
enum Missing {
    /// There is no such letter.
    #[error(status = 404)]
    Missing,
}

#[avocet::main]
async fn main() -> avocet::Result<()> {
    let app = App::new("Letters", "1.0.0");
    let app = app.router(letter::router());
    app.serve("127.0.0.1:8000").await
}
