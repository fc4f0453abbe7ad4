//! Settings.

use avocet::prelude::*;

#[get("/")]
async fn hello() -> &'static str {
    "Hello"
}

pub async fn serve() -> avocet::Result<()> {
    // ANCHOR: run
    App::new("Hello", "1.0.0")
        .routes(routes![hello])
        .run()
        .await
    // ANCHOR_END: run
}

// ANCHOR: program
use avocet::Settings;
use std::path::PathBuf;

pub async fn run() -> avocet::Result<()> {
    let program = Settings::program("chat", "Serves a language model.").option::<PathBuf>(
        "model",
        "DIR",
        "the folder of the model",
    );
    let Some(settings) = program.load()? else {
        return Ok(()); // `--help` or `--limits`
    };
    let model: PathBuf = settings.get("model").unwrap_or_else(|| "model".into());
    App::new("Chat", "1.0.0")
        .state(model)
        .run_with(settings)
        .await
}
// ANCHOR_END: program
