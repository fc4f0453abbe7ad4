//! A model for each phase in which the clients of the disconnect storm leave.

use std::convert::Infallible;
use std::thread::sleep;
use std::time::{Duration, Instant};

use avocet::inference::{
    Admission, Batch, Figures, Generator, InferenceError, Predictor, Running, Workers,
};
use avocet::lifecycle::{Component, Start};
use avocet::prelude::*;
use avocet::response::BodyError;

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
    pub fn new() -> Self {
        let patient = |name: &str| Workers::new(name, |_| Ok(Patient)).queue(MOST);
        let most = Duration::from_millis(10);
        let endless = Workers::new("streaming", |_| Ok(Endless));
        Self {
            queued: patient("queued").max_batch(4),
            batching: patient("batching").max_wait(most),
            running: patient("running").max_batch(MOST),
            streaming: endless.queue(MOST).max_batch(MOST),
        }
    }
}

impl Component for Models {
    fn name(&self) -> &str {
        "storm"
    }

    async fn start(&self, _: &Start) -> Result<(), BodyError> {
        self.queued.start().await?;
        self.batching.start().await?;
        self.running.start().await?;
        Ok(self.streaming.start().await?)
    }

    async fn stop(&self) {
        self.queued.stop().await;
        self.batching.stop().await;
        self.running.stop().await;
        self.streaming.stop().await;
    }
}

#[model(input)]
pub struct Wait {
    /// The milliseconds that the model takes, or the items of a stream.
    amount: u32,
}

async fn run(model: &Workers<Patient>, wait: &Wait) -> Result<u32, InferenceError> {
    let time = Duration::from_millis(wait.amount.into());
    model.run(time).await?;
    Ok(wait.amount)
}

#[post("/storm/queued")]
pub async fn queued(#[body] wait: Wait, #[state] models: Models) -> Result<u32, InferenceError> {
    run(&models.queued, &wait).await
}

#[post("/storm/batching")]
pub async fn batching(#[body] wait: Wait, #[state] models: Models) -> Result<u32, InferenceError> {
    run(&models.batching, &wait).await
}

#[post("/storm/running")]
pub async fn running(#[body] wait: Wait, #[state] models: Models) -> Result<u32, InferenceError> {
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
) -> Result<Sse<Item, InferenceError>, InferenceError> {
    let mut items = models.streaming.generate(wait.amount)?;
    Ok(Sse::new(stream! {
        while let Some(item) = items.next().await {
            let left = item?;
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
