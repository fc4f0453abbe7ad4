//! Tokens per second of the engine with its queue, for several callers together.
//!
//! ```text
//! RAYON_NUM_THREADS=1 cargo run --release -p chat --example served [ROUNDS]
//! ```
//!
//! Each caller reads one response of 128 tokens. `batches` measures the model without the engine.

#![allow(clippy::print_stdout, reason = "a report for a terminal")]
#![allow(
    clippy::cast_precision_loss,
    reason = "counts far below the precision of f64"
)]

use std::path::Path;
use std::time::Instant;

use avocet_ai::generate::{Delta, Sampling};
use chat::{Engine, Message, Options, Role};

type Failure = Box<dyn std::error::Error + Send + Sync>;

const CALLERS: [usize; 5] = [1, 2, 8, 16, 32];

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let rounds: usize = std::env::args()
        .nth(1)
        .map_or(Ok(5), |rounds| rounds.parse())?;
    let engine = Engine::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("model"))?;
    engine.start().await?;
    let mut figures = [const { Vec::new() }; CALLERS.len()];
    for _ in 0..rounds {
        for (figures, callers) in figures.iter_mut().zip(CALLERS) {
            figures.push(tokens_per_second(&engine, callers).await?);
        }
    }
    let median = |mut figures: Vec<f64>| {
        figures.sort_by(f64::total_cmp);
        figures[figures.len() / 2]
    };
    let medians = figures.map(median);
    for (callers, median) in CALLERS.iter().zip(medians) {
        println!(
            "{callers:3} callers {median:8.0} tokens/s, {:.1} times one",
            median / medians[0]
        );
    }
    Ok(())
}

async fn tokens_per_second(engine: &Engine, callers: usize) -> Result<f64, Failure> {
    let started = Instant::now();
    let callers: Vec<_> = (0..callers)
        .map(|seed| tokio::spawn(response(engine.clone(), seed as u64)))
        .collect();
    let mut tokens = 0;
    for caller in callers {
        tokens += caller.await??;
    }
    Ok(tokens as f64 / started.elapsed().as_secs_f64())
}

/// Returns the number of tokens of a response. A high temperature keeps it from ending early.
async fn response(engine: Engine, seed: u64) -> Result<usize, Failure> {
    let question = Message {
        role: Role::User,
        content: "Tell me a long story about Avocet.".to_owned(),
    };
    let mut sampling = Sampling::default();
    sampling.temperature = Some(2.0);
    sampling.seed = Some(seed);
    let options = Options::text(128, sampling);
    let mut deltas = engine.generate(engine.prompt(vec![question], options)?)?;
    while let Some(delta) = deltas.next().await {
        if let Delta::Done(done) = delta? {
            return Ok(done.usage.completion_tokens as usize);
        }
    }
    Err("the stream has no end".into())
}
