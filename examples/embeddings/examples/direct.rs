//! Measures texts per second of the model without a service: the ideal for one that batches.
//!
//! ```text
//! RAYON_NUM_THREADS=1 cargo run --release -p embeddings --example direct [TEXTS] [BATCH] [REPLICAS]
//! ```
//!
//! Each replica encodes its share of the texts in batches of `BATCH`: sorted by length, then in random order, which costs the same because
//! nothing is padded, then one by one. `padded` shows what padding would cost: the texts of a batch, each with the tokens of its longest.
//!
//! The second figure is per second of processor time, which programs beside this one change less. It is Linux's, in steps of 10 ms.

#![allow(clippy::print_stdout, reason = "a report for a terminal")]
#![allow(
    clippy::cast_precision_loss,
    reason = "counts far below the precision of f64"
)]

use std::error::Error;
use std::time::{Duration, Instant};

use embeddings::{MiniLm, Tokenizer, Tokens, folder};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut number = |default: usize| {
        arguments
            .next()
            .map_or(Ok(default), |argument| argument.parse())
    };
    let (count, batch, replicas) = (number(512)?, number(32)?, number(2)?);

    let folder = folder::default_folder();
    let tokenizer = Tokenizer::load(&folder)?;
    let model = MiniLm::load(&folder)?;
    let started = Instant::now();
    let texts: Vec<Tokens> = mixed_texts(count)
        .iter()
        .map(|text| tokenizer.tokenize(text))
        .collect::<Result<_, _>>()?;
    let tokenizing = started.elapsed();
    let tokens: usize = texts.iter().map(Tokens::len).sum();
    println!(
        "{count} texts, {tokens} tokens, batches of {batch}, {replicas} replicas, RAYON_NUM_THREADS={}",
        std::env::var("RAYON_NUM_THREADS").unwrap_or_else(|_| "unset".to_owned())
    );
    println!(
        "tokenizing   {:8.0} texts/s on one thread",
        count as f64 / tokenizing.as_secs_f64()
    );

    let mut sorted = texts.clone();
    sorted.sort_by_key(Tokens::len);
    let padded: Vec<Tokens> = texts
        .chunks(batch)
        .flat_map(|texts| {
            let longest = texts.iter().max_by_key(|text| text.len());
            longest.into_iter().cycle().take(texts.len()).cloned()
        })
        .collect();
    for (name, texts) in [
        ("sorted", &sorted),
        ("mixed", &texts),
        ("alone", &texts),
        ("padded", &padded),
    ] {
        let batch = if name == "alone" { 1 } else { batch };
        let (elapsed, processor) = run(&model, texts, batch, replicas)?;
        println!(
            "{name:12} {:8.1} texts/s {:8.1} texts per processor second",
            count as f64 / elapsed.as_secs_f64(),
            count as f64 / processor.as_secs_f64()
        );
    }
    Ok(())
}

/// Encodes all texts three times, and returns the best elapsed time and the best processor time.
fn run(
    model: &MiniLm,
    texts: &[Tokens],
    batch: usize,
    replicas: usize,
) -> Result<(Duration, Duration), Box<dyn Error>> {
    let batches: Vec<&[Tokens]> = texts.chunks(batch).collect();
    let mut best = (Duration::MAX, Duration::MAX);
    for _ in 0..3 {
        let (started, before) = (Instant::now(), processor_time()?);
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..replicas)
                .map(|replica| {
                    let (model, batches) = (model.clone(), &batches);
                    scope.spawn(move || {
                        let share = batches.iter().skip(replica).step_by(replicas);
                        for batch in share {
                            model.encode(batch)?;
                        }
                        Ok::<(), candle_core::Error>(())
                    })
                })
                .collect();
            threads.into_iter().try_for_each(|thread| {
                thread
                    .join()
                    .map_err(|_| candle_core::Error::msg("a replica panicked"))?
            })
        })?;
        best.0 = best.0.min(started.elapsed());
        best.1 = best.1.min(processor_time()?.saturating_sub(before));
    }
    Ok(best)
}

/// Returns the time that all threads of this process have run.
fn processor_time() -> Result<Duration, Box<dyn Error>> {
    const TICK: Duration = Duration::from_millis(10);
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    // The name of the program, in parentheses, may contain spaces.
    let (_, fields) = stat.rsplit_once(')').ok_or("no name in /proc/self/stat")?;
    let mut ticks = 0;
    // `utime` and `stime` of proc(5).
    for field in fields.split_whitespace().skip(11).take(2) {
        ticks += field.parse::<u32>()?;
    }
    Ok(TICK * ticks)
}

/// Texts of 1 to about 250 words, most of them short, the same at every run.
fn mixed_texts(count: usize) -> Vec<String> {
    const WORDS: [&str; 16] = [
        "the", "invoice", "of", "avocet", "wades", "shallow", "water", "and", "a", "password",
        "resets", "after", "thirty", "days", "with", "support",
    ];
    let mut state = 1_u64;
    let mut random = |below: usize| {
        // Knuth's generator, from its upper bits.
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    (0..count)
        .map(|_| {
            // The product of two is often small and sometimes large.
            let words = 1 + random(16) * random(16);
            let words: Vec<&str> = (0..words).map(|_| WORDS[random(16)]).collect();
            words.join(" ")
        })
        .collect()
}
