//! The time of one call of an idle model that takes no time: called directly, through a channel to a thread and back, or with `Workers`.
//!
//! `idle_latency direct|thread|workers [--seconds N]` prints one line of JSON.

use std::convert::Infallible;
use std::hint::black_box;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use avocet_bench::option;
use avocet_inference::{Batch, Predictor, Workers};
use tokio::sync::oneshot;

struct Instantly;

impl Predictor for Instantly {
    type Input = f32;
    type Output = f32;
    type Error = Infallible;

    fn predict(&mut self, batch: &mut Batch<'_, Self>) -> Result<Vec<f32>, Infallible> {
        Ok(batch.inputs().iter().copied().map(model).collect())
    }
}

fn model(value: f32) -> f32 {
    black_box(value) + 1.0
}

/// The pause between two calls, so that the model is idle.
const PAUSE: Duration = Duration::from_micros(200);

/// Calls again and again, and returns the sorted times.
async fn times<F: Future<Output = f32>>(call: impl Fn(f32) -> F) -> Vec<Duration> {
    let time = Duration::from_secs(option("--seconds", 2).into());
    let (begun, mut times) = (Instant::now(), Vec::new());
    while begun.elapsed() < time {
        let sent = Instant::now();
        let output = call(1.0).await;
        times.push(sent.elapsed());
        assert_eq!(output, 2.0);
        tokio::time::sleep(PAUSE).await;
    }
    times.sort();
    times
}

async fn measured(way: &str) -> Result<Vec<Duration>, Box<dyn std::error::Error + Send + Sync>> {
    match way {
        "direct" => Ok(times(|value| async move { model(value) }).await),
        "thread" => {
            let (sender, receiver) = mpsc::channel::<(f32, oneshot::Sender<f32>)>();
            thread::spawn(move || {
                for (value, reply) in receiver {
                    let _ = reply.send(model(value));
                }
            });
            let call = |value| {
                let (reply, output) = oneshot::channel();
                let sent = sender.send((value, reply));
                async move {
                    sent.expect("the thread runs");
                    output.await.expect("it replies")
                }
            };
            Ok(times(call).await)
        }
        "workers" => {
            let workers = Workers::new("instantly", |_| Ok(Instantly));
            workers.start().await?;
            let times = times(|value| {
                let workers = &workers;
                async move { workers.run(value).await.expect("it is idle") }
            })
            .await;
            workers.stop().await;
            Ok(times)
        }
        other => Err(format!("usage: idle_latency direct|thread|workers, not `{other}`").into()),
    }
}

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let way = std::env::args().nth(1).unwrap_or_default();
    // In a task, as a handler is.
    let runtime = avocet_bench::runtime();
    let times =
        runtime.block_on(async { tokio::spawn(async move { measured(&way).await }).await })??;
    let at = |percent: usize| times[times.len() * percent / 100].as_secs_f64() * 1e6;
    println!(
        r#"{{"calls":{},"median_us":{},"p99_us":{}}}"#,
        times.len(),
        at(50),
        at(99)
    );
    Ok(())
}
