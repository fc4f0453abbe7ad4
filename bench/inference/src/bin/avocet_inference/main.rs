//! Avocet with models: a predictor behind `/predict`, a generator behind `/v1/completions`, and the models of the disconnect storm.
//!
//! `avocet_inference --port N [--model-us N] [--max-batch N] [--queue N] [--replicas N] [--per-caller-running N]`

mod storm;

use std::convert::Infallible;
use std::thread::sleep;
use std::time::Duration;

use avocet::inference::{Admission, Batch, Generator, InferenceError, Predictor, Running, Workers};
use avocet::prelude::*;
use avocet::serve::Limits;
use avocet_bench::completion::{CREATED, MODEL, STEP, TEXT};
use avocet_bench::option;
use avocet_context::Caller;

/// Takes the same time for each batch.
struct Slow {
    time: Duration,
}

impl Predictor for Slow {
    type Input = f32;
    type Output = f32;
    type Error = Infallible;

    fn predict(&mut self, batch: &mut Batch<'_, Self>) -> Result<Vec<f32>, Infallible> {
        if !self.time.is_zero() {
            sleep(self.time);
        }
        Ok(batch.inputs().iter().map(|value| value + 1.0).collect())
    }
}

/// Takes a millisecond for a token of each sequence.
struct Steps;

impl Generator for Steps {
    type Request = u32;
    type Item = ();
    type Sequence = u32;
    type Error = Infallible;

    fn admit(&mut self, tokens: u32) -> Result<Admission<u32, u32>, Infallible> {
        Ok(Admission::Running(tokens))
    }

    fn step(&mut self, running: &mut Running<'_, Self>) -> Result<(), Infallible> {
        sleep(STEP);
        for active in running.iter_mut() {
            active.emit(());
            *active.sequence() -= 1;
            if *active.sequence() == 0 {
                active.finish();
            }
        }
        Ok(())
    }

    fn release(&mut self, _: u32) {}
}

#[model(input)]
struct Numbers {
    #[field(min_items = 1, max_items = 1)]
    input: Vec<f32>,
}

#[model(output)]
struct Results {
    output: [f32; 1],
}

#[post("/predict")]
async fn predict(
    #[body] numbers: Numbers,
    #[header] x_caller: Option<String>,
    #[state] model: Workers<Slow>,
) -> Result<Results, InferenceError> {
    let model = match x_caller {
        Some(caller) => model.with_caller(Caller::new(caller)),
        None => model,
    };
    let output = model.run(numbers.input[0]).await?;
    Ok(Results { output: [output] })
}

#[model(input)]
#[expect(
    dead_code,
    reason = "the toy has one model, no prompt, and only streams"
)]
struct Completion {
    model: String,
    prompt: String,
    #[field(ge = 1, le = 512)]
    max_tokens: u32,
    stream: bool,
    temperature: Option<f32>,
}

#[model(output)]
struct Chunk {
    id: &'static str,
    object: &'static str,
    created: u64,
    model: &'static str,
    choices: [Choice; 1],
}

#[model(output)]
struct Choice {
    index: u32,
    text: &'static str,
    logprobs: Option<u32>,
    finish_reason: Option<&'static str>,
}

fn chunk(text: &'static str, finish_reason: Option<&'static str>) -> Chunk {
    let choice = Choice {
        index: 0,
        text,
        logprobs: None,
        finish_reason,
    };
    Chunk {
        id: avocet_bench::completion::ID,
        object: "text_completion",
        created: CREATED,
        model: MODEL,
        choices: [choice],
    }
}

#[events]
enum Part {
    #[event(unnamed)]
    Chunk(Chunk),
    #[event(unnamed, data = "[DONE]")]
    Done,
}

#[post("/v1/completions")]
async fn complete(
    #[body] completion: Completion,
    #[state] model: Workers<Steps>,
) -> Result<Sse<Part, InferenceError>, InferenceError> {
    let mut tokens = model.generate(completion.max_tokens)?;
    Ok(Sse::new(stream! {
        while let Some(token) = tokens.next().await {
            token?;
            yield Part::Chunk(chunk(TEXT, None));
        }
        yield Part::Chunk(chunk("", Some("length")));
        yield Part::Done;
    }))
}

#[get("/")]
async fn ready() -> &'static str {
    "ready"
}

async fn serve() -> avocet::Result<()> {
    let time = Duration::from_micros(option("--model-us", 4_000).into());
    let slow = Workers::new("slow", move |_| Ok(Slow { time }))
        .replicas(option("--replicas", 1) as usize)
        .max_batch(option("--max-batch", 32) as usize)
        .queue(option("--queue", 512) as usize)
        .running_per_caller(option("--per-caller-running", u32::MAX) as usize);
    let steps = Workers::new("steps", |_| Ok(Steps)).max_batch(32);
    let app = App::new("Inference", "1.0.0")
        .limits(Limits::default().connections(20_000))
        .component(slow)
        .component(steps)
        .component(storm::Models::new())
        .routes(routes![
            ready,
            predict,
            complete,
            storm::queued,
            storm::batching,
            storm::running,
            storm::streaming,
            storm::figures
        ]);
    app.serve(format!("127.0.0.1:{}", avocet_bench::port()))
        .await
}

fn main() -> avocet::Result<()> {
    avocet_bench::many_files();
    avocet_bench::runtime().block_on(serve())
}
