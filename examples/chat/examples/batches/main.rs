//! Measures how many tokens a second the model generates for 1 to 32 sequences that run together:
//! `cargo run --release -p chat --example batches`, or with other numbers of sequences after `--`.
//!
//! Every round measures each number of sequences once, so that a processor whose speed changes affects all of them; a table of the medians
//! follows. The line `tensors` is the same model for one sequence with one tensor operation after the other.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a program for developers"
)]

mod tensors;

use std::time::{Duration, Instant};
use std::{env, fs};

use chat::llama::{KvCache, Llama, Output, Run, Slot, Workspace};
use chat::sampling::Sampler;

const ROUNDS: usize = 7;
/// Tokens of the prompt and of the response, as in a short chat.
const PROMPT: usize = 64;
const TOKENS: usize = 128;

fn main() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/model").as_ref();
    let model = Llama::load(folder).unwrap();
    let tensors = tensors::Model::load(folder, model.config()).unwrap();
    let mut sequences: Vec<usize> = env::args().skip(1).flat_map(|word| word.parse()).collect();
    if sequences.is_empty() {
        sequences = vec![1, 2, 4, 8, 16, 32];
    }
    let most = sequences.iter().max().unwrap();
    let cache = KvCache::new(model.config(), most * (PROMPT + TOKENS));
    println!(
        "{} parameters; the cache has {} tokens in {} MiB",
        model.parameters(),
        cache.capacity(),
        cache.bytes() >> 20
    );

    let mut one_by_one = Vec::new();
    let mut batches = vec![Vec::new(); sequences.len()];
    let mut samplings = vec![Vec::new(); sequences.len()];
    for _ in 0..ROUNDS {
        one_by_one.push(rate(1, time_tensors(&tensors)));
        for (index, sequences) in sequences.iter().copied().enumerate() {
            let (time, sampling) = time_batch(&model, &cache, sequences);
            batches[index].push(rate(sequences, time));
            samplings[index].push(sampling);
        }
    }
    let base = median(&mut one_by_one);
    println!(
        "{:>9} {:>9} {:>7} {:>9}",
        "sequences", "tokens/s", "factor", "sampling"
    );
    println!("{:>9} {base:>9.0} {:>7.2}", "tensors", 1.0);
    for ((sequences, rates), shares) in sequences.iter().zip(&mut batches).zip(&mut samplings) {
        let rate = median(rates);
        let share = 100.0 * median(shares);
        println!(
            "{sequences:>9} {rate:>9.0} {:>7.2} {share:>8.1}%",
            rate / base
        );
    }
}

fn prompt(sequence: usize) -> Vec<u32> {
    (0..PROMPT)
        .map(|index| u32::try_from((index * 31 + sequence * 97) % 1500 + 4).unwrap())
        .collect()
}

/// Generates a response after the prompt, and returns the time of the response.
fn time_tensors(model: &tensors::Model) -> Duration {
    let mut cache = tensors::Cache::default();
    let mut logits = Vec::new();
    for token in prompt(0) {
        logits = model.forward(token, &mut cache).unwrap();
    }
    let mut sampler = Sampler::new(0.7, 1);
    let start = Clock::now();
    for _ in 0..TOKENS {
        let token = sampler.choose(&logits).unwrap();
        logits = model.forward(token, &mut cache).unwrap();
    }
    start.elapsed()
}

/// Does the same for several sequences at once, and returns the part of the time that sampling takes too.
fn time_batch(model: &Llama, cache: &KvCache, sequences: usize) -> (Duration, f64) {
    let mut workspace = Workspace::default();
    let mut slots: Vec<Slot> = (0..sequences)
        .map(|_| cache.reserve(PROMPT + TOKENS).unwrap())
        .collect();
    let mut samplers: Vec<Sampler> = (1..=sequences as u64)
        .map(|seed| Sampler::new(0.7, seed))
        .collect();
    let mut next: Vec<Vec<u32>> = (0..sequences).map(prompt).collect();
    let mut start = Clock::now();
    let mut sampling = Duration::ZERO;
    let mut all = Instant::now();
    for step in 0..=TOKENS {
        let mut runs: Vec<Run<'_>> = slots
            .iter_mut()
            .zip(&next)
            .map(|(slot, tokens)| Run {
                slot,
                tokens,
                output: Output::NextLogits,
            })
            .collect();
        let outputs = model.forward(&mut runs, &mut workspace).unwrap();
        if step == 0 {
            (start, all) = (Clock::now(), Instant::now());
        }
        if step < TOKENS {
            let start = Instant::now();
            for (run, (sampler, next)) in samplers.iter_mut().zip(&mut next).enumerate() {
                next.clear();
                next.push(sampler.choose(outputs.of(run)).unwrap());
            }
            sampling += start.elapsed();
        }
    }
    let share = sampling.as_secs_f64() / all.elapsed().as_secs_f64();
    (start.elapsed(), share)
}

/// Measures the time that this thread runs on a processor, which other programs do not disturb much, where Linux reports it; elsewhere the
/// time that passes.
struct Clock {
    start: Instant,
    running: Option<Duration>,
}

impl Clock {
    fn now() -> Self {
        Self {
            start: Instant::now(),
            running: running_time(),
        }
    }

    fn elapsed(&self) -> Duration {
        match (self.running, running_time()) {
            (Some(start), Some(end)) => end.saturating_sub(start),
            _ => self.start.elapsed(),
        }
    }
}

fn running_time() -> Option<Duration> {
    let text = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds = text.split(' ').next()?.parse().ok()?;
    Some(Duration::from_nanos(nanoseconds))
}

#[expect(clippy::cast_precision_loss, reason = "a few thousand tokens")]
fn rate(sequences: usize, time: Duration) -> f64 {
    (sequences * TOKENS) as f64 / time.as_secs_f64()
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
