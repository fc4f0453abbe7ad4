//! Serves the model: `embeddings [--host HOST] [--port PORT]`; `--help` lists the other options.

use embeddings::{folder, service};

#[avocet::main]
async fn main() -> avocet::Result<()> {
    service::app(service::Model::load(folder::default_folder())?)
        .run()
        .await
}
