//! Settings.

// ANCHOR: program
use avocet::Settings;
use avocet::prelude::*;
use std::path::PathBuf;

pub async fn run() -> avocet::Result<()> {
    let program = Settings::program("chat", "Serves a language model.")
        .option::<PathBuf>("model", "DIR", "the folder of the model");
    let Some(settings) = program.load()? else {
        return Ok(()); // `--help` or `--limits`
    };
    let model: PathBuf = settings.get("model").unwrap_or_else(|| "model".into());
    App::new("Chat", "1.0.0").state(model).run_with(settings).await
}
// ANCHOR_END: program
