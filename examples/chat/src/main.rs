//! Serves a small language model: `chat [--host HOST] [--port PORT] [--model DIR]`.

use std::path::PathBuf;

use chat::{Engine, api};

#[avocet::main]
async fn main() -> avocet::Result<()> {
    let Some(options) = Options::from_arguments()? else {
        return Ok(());
    };
    let engine = Engine::load(&options.model)?;
    api::app(engine)
        .serve(format!("{}:{}", options.host, options.port))
        .await
}

/// Where to listen, and what to serve.
struct Options {
    host: String,
    port: u16,
    model: PathBuf,
}

const HELP: &str = "\
Serves a small language model.

Usage: chat [--host HOST] [--port PORT] [--model DIR]

  --host HOST   the address to listen on        [127.0.0.1]
  --port PORT   the port, 0 for any free one    [8000]
  --model DIR   a Llama-family checkpoint in the layout of Hugging Face:
                config.json, tokenizer.json, tokenizer_config.json and
                safetensors files               [the one beside this example]
";

impl Options {
    /// `None` when help was asked for, and given.
    fn from_arguments() -> Result<Option<Self>, lexopt::Error> {
        use lexopt::prelude::*;

        let mut options = Self {
            host: "127.0.0.1".to_owned(),
            port: 8000,
            model: concat!(env!("CARGO_MANIFEST_DIR"), "/model").into(),
        };
        let mut arguments = lexopt::Parser::from_env();
        while let Some(argument) = arguments.next()? {
            match argument {
                Long("host") => options.host = arguments.value()?.parse()?,
                Long("port") => options.port = arguments.value()?.parse()?,
                Long("model") => options.model = arguments.value()?.into(),
                Short('h') | Long("help") => {
                    eprint!("{HELP}");
                    return Ok(None);
                }
                other => return Err(other.unexpected()),
            }
        }
        Ok(Some(options))
    }
}
