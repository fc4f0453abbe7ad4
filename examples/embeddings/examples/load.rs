//! Texts per second of the workers under load, beside the model called directly with sorted batches.
//!
//! ```text
//! RAYON_NUM_THREADS=1 cargo run --release -p embeddings --example load [TEXTS] [CALLERS] [ROUNDS]
//! ```
//!
//! In each round both encode the same texts of mixed lengths on as many threads. Directly, each thread has its share, sorted by length, in
//! batches of 32. Through the workers, each caller sends one text after the other.

#![allow(clippy::print_stdout, reason = "a report for a terminal")]
#![allow(
    clippy::cast_precision_loss,
    reason = "counts far below the precision of f64"
)]

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use avocet::inference::Workers;
use embeddings::service::{Embedder, Model};
use embeddings::{MiniLm, Tokens, folder};

type Failure = Box<dyn Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let mut number = |default: usize| {
        arguments
            .next()
            .map_or(Ok(default), |argument| argument.parse())
    };
    let (count, callers, rounds) = (number(256)?, number(64)?, number(5)?);

    let folder = folder::default_folder();
    let Model { tokenizer, workers } = Model::load(&folder)?;
    let model = MiniLm::load(&folder)?;
    let replicas = thread::available_parallelism()?.get();
    workers.start().await?;
    let texts: Arc<[Tokens]> = (0..count)
        .map(|index| tokenizer.tokenize(&text(index)))
        .collect::<Result<_, _>>()?;

    let mut ratios = Vec::new();
    for _ in 0..rounds {
        let direct = count as f64 / directly(&model, &texts, replicas)?;
        let served = count as f64 / through_workers(&workers, &texts, callers).await?;
        println!("direct {direct:7.1} texts/s, {callers} callers {served:7.1} texts/s");
        ratios.push(served / direct);
    }
    ratios.sort_by(f64::total_cmp);
    println!(
        "ratio {:.2} (median; {:.2} to {:.2}), {:.1} texts in a batch",
        ratios[ratios.len() / 2],
        ratios[0],
        ratios[ratios.len() - 1],
        workers.figures().batch_size.mean()
    );
    workers.stop().await;
    Ok(())
}

/// Returns a text of 1 to 120 words, most of them short.
fn text(index: usize) -> String {
    const WORDS: [&str; 7] = [
        "avocets", "wade", "in", "shallow", "water", "beside", "gulls",
    ];
    let draw = index.wrapping_mul(2_654_435_761) % 1000;
    let words = 1 + draw * draw * 120 / 1_000_000;
    let words = (0..words).map(|word| WORDS[(index + word * word) % WORDS.len()]);
    words.collect::<Vec<_>>().join(" ")
}

/// Returns the seconds that the model takes on this many threads.
fn directly(model: &MiniLm, texts: &[Tokens], threads: usize) -> Result<f64, Failure> {
    let mut sorted: Vec<&Tokens> = texts.iter().collect();
    sorted.sort_by_key(|text| text.len());
    let started = Instant::now();
    thread::scope(|scope| {
        let shares = (0..threads).map(|thread| {
            let share: Vec<Tokens> = sorted
                .iter()
                .skip(thread)
                .step_by(threads)
                .copied()
                .cloned()
                .collect();
            scope.spawn(move || {
                share
                    .chunks(32)
                    .try_for_each(|batch| model.encode(batch).map(drop))
            })
        });
        let shares: Vec<_> = shares.collect();
        shares.into_iter().try_for_each(|share| {
            share
                .join()
                .map_err(|_| "a thread panicked")?
                .map_err(Failure::from)
        })
    })?;
    Ok(started.elapsed().as_secs_f64())
}

/// Returns the seconds that the workers take when callers send one text after the other.
async fn through_workers(
    workers: &Workers<Embedder>,
    texts: &Arc<[Tokens]>,
    callers: usize,
) -> Result<f64, Failure> {
    let next = Arc::new(AtomicUsize::new(0));
    let started = Instant::now();
    let callers: Vec<_> = (0..callers)
        .map(|_| {
            let (workers, texts, next) = (workers.clone(), Arc::clone(texts), Arc::clone(&next));
            tokio::spawn(async move {
                while let Some(text) = texts.get(next.fetch_add(1, Ordering::Relaxed)) {
                    workers.run(text.clone()).await?;
                }
                Ok::<_, Failure>(())
            })
        })
        .collect();
    for caller in callers {
        caller.await??;
    }
    Ok(started.elapsed().as_secs_f64())
}
