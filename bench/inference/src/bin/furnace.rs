//! furnace-server: a tensor model behind `/predict`, a step model behind `/v1/completions`.

use std::str::FromStr;
use std::thread::sleep;
use std::time::Duration;

use avocet_bench::completion::{MODEL, SEQUENCES, STEP};
use avocet_bench::option;
use furnace::llm::{BoxError, Logits, Scheduled, StepModel, TextPipeline, Tokenizer};
use furnace::{HostTensor, IoSpec, Model, Server, TensorModel, Values};

#[derive(Debug)]
struct Slow {
    time: Duration,
}

impl TensorModel for Slow {
    fn name(&self) -> &str {
        "slow"
    }

    fn backend(&self) -> &str {
        "cpu"
    }

    fn inputs(&self) -> Vec<IoSpec> {
        vec![IoSpec::fp32("input", &[1])]
    }

    fn outputs(&self) -> Vec<IoSpec> {
        vec![IoSpec::fp32("output", &[1])]
    }

    fn run(&self, inputs: Vec<HostTensor>) -> furnace::Result<Vec<HostTensor>> {
        let Values::F32(values) = &inputs[0].values else {
            unreachable!("the server has checked the type")
        };
        sleep(self.time);
        let values: Vec<f32> = values.iter().map(|value| value + 1.0).collect();
        Ok(vec![HostTensor {
            shape: vec![values.len(), 1],
            values: Values::F32(values),
        }])
    }
}

/// All logits on one token.
#[derive(Debug)]
struct Steps;

fn next() -> Logits {
    Logits(vec![0.0, 10.0])
}

impl StepModel for Steps {
    type Sequence = ();

    fn name(&self) -> &str {
        MODEL
    }

    fn max_context(&self) -> usize {
        1024
    }

    fn max_sequences(&self) -> usize {
        SEQUENCES
    }

    fn prefill(&self, _: &[u32]) -> Result<((), Logits), BoxError> {
        Ok(((), next()))
    }

    fn decode(&self, (): &mut (), _: u32) -> Result<Logits, BoxError> {
        sleep(STEP);
        Ok(next())
    }

    fn decode_batch(&self, sequences: &mut [&mut ()], _: &[u32]) -> Vec<Result<Logits, BoxError>> {
        sleep(STEP);
        sequences.iter().map(|_| Ok(next())).collect()
    }
}

/// The smallest tokenizer with a prompt and a token.
const TOKENIZER: &str = r#"{
    "version": "1.0", "truncation": null, "padding": null, "added_tokens": [], "normalizer": null,
    "pre_tokenizer": {"type": "Whitespace"}, "post_processor": null, "decoder": null,
    "model": {"type": "WordLevel", "vocab": {"prompt": 0, "token": 1}, "unk_token": "prompt"}
}"#;

async fn serve() -> Result<(), BoxError> {
    let time = Duration::from_micros(option("--model-us", 4_000).into());
    let pipeline = TextPipeline::new(Tokenizer::from_str(TOKENIZER)?);
    let server = Server::new()
        .port(avocet_bench::port())
        .configure(|config| {
            config.max_concurrent_requests = option("--queue", 512) as usize;
            config.batching.max_batch_size = option("--max-batch", 32) as usize;
            // One pass at a time, as in the other servers; four would take four times the model.
            config.batching.workers = 1;
        })
        .model(Model::custom(Slow { time }))
        .llm(Scheduled::new(Steps, pipeline));
    server.serve().await?;
    Ok(())
}

fn main() -> Result<(), BoxError> {
    avocet_bench::many_files();
    avocet_bench::runtime().block_on(serve())
}
