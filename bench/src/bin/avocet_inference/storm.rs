//! A model for each phase in which the clients of the disconnect storm leave.

use std::convert::Infallible;
use std::thread::sleep;
use std::time::{Duration, Instant};

use avocet::prelude::*;
use avocet_inference::{
    Admission, Batch, Figures, Generator, InferenceError, Predictor, Running, Workers,
};

use crate::errors::unavailable;

/// The concurrent requests that each model accepts.
const MOST: usize = 2048;

/// Takes the longest of the requested times, and ends early if all callers have left.
struct Patient;

impl Predictor for Patient {
    type Input = Duration;
    type Output = ();
    type Error = Infallible;

    fn predict(&mut self, batch: &mut Batch<'_, Self>) -> Result<Vec<()>, Infallible> {
        let longest = batch.inputs().iter().max().copied().unwrap_or_default();
        let begun = Instant::now();
        while begun.elapsed() < longest && (0..batch.len()).any(|index| !batch.is_cancelled(index))
        {
            sleep(longest.min(Duration::from_millis(5)));
        }
        Ok(vec![(); batch.len()])
    }
}

/// Emits an item each ten milliseconds.
struct Endless;

impl Generator for Endless {
    type Request = u32;
    type Item = u32;
    type Sequence = u32;
    type Error = Infallible;

    fn admit(&mut self, items: u32) -> Result<Admission<u32, u32>, Infallible> {
        Ok(Admission::Running(items))
    }

    fn step(&mut self, running: &mut Running<'_, Self>) -> Result<(), Infallible> {
        sleep(Duration::from_millis(10));
        for active in running.iter_mut() {
            let left = *active.sequence();
            active.emit(left);
            match left.checked_sub(1) {
                Some(0) | None => active.finish(),
                Some(left) => *active.sequence() = left,
            }
        }
        Ok(())
    }

    fn release(&mut self, _: u32) {}
}

#[derive(Clone)]
pub struct Models {
    queued: Workers<Patient>,
    batching: Workers<Patient>,
    running: Workers<Patient>,
    streaming: Workers<Endless>,
}

impl Models {
    pub async fn start() -> Result<Self, InferenceError> {
        let patient = |name: &str| Workers::new(name, |_| Ok(Patient)).queue(MOST);
        let models = Self {
            queued: patient("queued").max_batch(4),
            batching: patient("batching").max_wait(Duration::from_millis(10)),
            running: patient("running")
                .max_batch(MOST)
                .max_wait(Duration::from_millis(1)),
            streaming: Workers::new("streaming", |_| Ok(Endless))
                .queue(MOST)
                .max_batch(MOST),
        };
        models.queued.start().await?;
        models.batching.start().await?;
        models.running.start().await?;
        models.streaming.start().await?;
        Ok(models)
    }
}

#[model(input)]
pub struct Wait {
    /// The milliseconds that the model takes, or the items of a stream.
    amount: u32,
}

async fn run(model: &Workers<Patient>, wait: &Wait) -> Result<u32, HttpError> {
    let time = Duration::from_millis(wait.amount.into());
    model.run(time).await.map_err(unavailable)?;
    Ok(wait.amount)
}

#[post("/storm/queued")]
pub async fn queued(#[body] wait: Wait, #[state] models: Models) -> Result<u32, HttpError> {
    run(&models.queued, &wait).await
}

#[post("/storm/batching")]
pub async fn batching(#[body] wait: Wait, #[state] models: Models) -> Result<u32, HttpError> {
    run(&models.batching, &wait).await
}

#[post("/storm/running")]
pub async fn running(#[body] wait: Wait, #[state] models: Models) -> Result<u32, HttpError> {
    run(&models.running, &wait).await
}

#[model(output)]
pub struct Item {
    left: u32,
}

#[post("/storm/streaming")]
pub async fn streaming(
    #[body] wait: Wait,
    #[state] models: Models,
) -> Result<Sse<Item, HttpError>, HttpError> {
    let mut items = models
        .streaming
        .generate(wait.amount)
        .map_err(unavailable)?;
    Ok(Sse::new(stream! {
        while let Some(item) = items.next().await {
            let left = item.map_err(unavailable)?;
            yield Item { left };
        }
    }))
}

/// What one model holds now.
#[model(output)]
pub struct Held {
    waiting: usize,
    running: usize,
    cancelled: u64,
}

#[model(output)]
pub struct Slots {
    queued: Held,
    batching: Held,
    running: Held,
    streaming: Held,
    tasks: usize,
}

#[get("/figures")]
pub async fn figures(#[state] models: Models) -> Slots {
    let held = |figures: Figures| Held {
        waiting: figures.waiting,
        running: figures.running,
        cancelled: figures.cancelled,
    };
    Slots {
        queued: held(models.queued.figures()),
        batching: held(models.batching.figures()),
        running: held(models.running.figures()),
        streaming: held(models.streaming.figures()),
        tasks: tokio::runtime::Handle::current()
            .metrics()
            .num_alive_tasks(),
    }
}
