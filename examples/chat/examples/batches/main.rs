//! Measures how many tokens a second the model generates for 1 to 32 sequences that run together:
//! `cargo run --release -p chat --example batches`.
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

use chat::llama::{KvCache, Llama, Output, Run, Slot, Workspace};
use chat::sampling::Sampler;

const ROUNDS: usize = 7;
const SEQUENCES: [usize; 6] = [1, 2, 4, 8, 16, 32];
/// Tokens of the prompt and of the response, as in a short chat.
const PROMPT: usize = 64;
const TOKENS: usize = 128;

fn main() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/model").as_ref();
    let model = Llama::load(folder).unwrap();
    let tensors = tensors::Model::load(folder, model.config()).unwrap();
    let cache = KvCache::new(model.config(), 32 * (PROMPT + TOKENS));
    println!(
        "{} parameters; the cache has {} tokens in {} MiB",
        model.parameters(),
        cache.capacity(),
        cache.bytes() >> 20
    );

    let mut one_by_one = Vec::new();
    let mut batches = vec![Vec::new(); SEQUENCES.len()];
    let mut samplings = vec![Vec::new(); SEQUENCES.len()];
    for _ in 0..ROUNDS {
        one_by_one.push(rate(1, time_tensors(&tensors)));
        for (index, sequences) in SEQUENCES.into_iter().enumerate() {
            let (forward, sampling) = time_batch(&model, &cache, sequences);
            batches[index].push(rate(sequences, forward + sampling));
            samplings[index].push(sampling.as_secs_f64() / (forward + sampling).as_secs_f64());
        }
    }
    let base = median(&mut one_by_one);
    println!(
        "{:>9} {:>9} {:>7} {:>9}",
        "sequences", "tokens/s", "factor", "sampling"
    );
    println!("{:>9} {base:>9.0} {:>7.2}", "tensors", 1.0);
    for ((sequences, rates), shares) in SEQUENCES.iter().zip(&mut batches).zip(&mut samplings) {
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
    let start = Instant::now();
    for _ in 0..TOKENS {
        let token = sampler.choose(&logits).unwrap();
        logits = model.forward(token, &mut cache).unwrap();
    }
    start.elapsed()
}

/// Does the same for several sequences at once; returns the time of forward passes and of sampling.
fn time_batch(model: &Llama, cache: &KvCache, sequences: usize) -> (Duration, Duration) {
    let mut workspace = Workspace::default();
    let mut slots: Vec<Slot> = (0..sequences)
        .map(|_| cache.reserve(PROMPT + TOKENS).unwrap())
        .collect();
    let mut samplers: Vec<Sampler> = (1..=sequences as u64)
        .map(|seed| Sampler::new(0.7, seed))
        .collect();
    let mut next: Vec<Vec<u32>> = (0..sequences).map(prompt).collect();
    let (mut forward, mut sampling) = (Duration::ZERO, Duration::ZERO);
    for step in 0..=TOKENS {
        let start = Instant::now();
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
        let middle = Instant::now();
        if step > 0 {
            forward += middle - start;
        }
        if step < TOKENS {
            for (run, (sampler, next)) in samplers.iter_mut().zip(&mut next).enumerate() {
                *next = vec![sampler.choose(outputs.of(run)).unwrap()];
            }
            sampling += middle.elapsed();
        }
    }
    (forward, sampling)
}

#[expect(clippy::cast_precision_loss, reason = "a few thousand tokens")]
fn rate(sequences: usize, time: Duration) -> f64 {
    (sequences * TOKENS) as f64 / time.as_secs_f64()
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
