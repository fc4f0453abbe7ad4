//! Serves a small language model: `chat [--host HOST] [--port PORT] [--model DIR]`; `--help` lists the other options.

use std::path::PathBuf;

use avocet::Settings;
use chat::{Engine, api};

#[avocet::main]
async fn main() -> avocet::Result<()> {
    let program = Settings::program("chat", "Serves a small language model.").option::<PathBuf>(
        "model",
        "DIR",
        "a Llama-family checkpoint in the layout of Hugging Face [the one beside this example]",
    );
    let Some(settings) = program.load()? else {
        return Ok(());
    };
    let ours = concat!(env!("CARGO_MANIFEST_DIR"), "/model");
    let model: PathBuf = settings.get("model").unwrap_or_else(|| ours.into());
    let engine = Engine::load(&model)?;
    api::app(engine).run_with(settings).await
}
