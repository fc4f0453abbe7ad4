//! Reads forty role-tagged chat messages with Avocet's reader and with serde's derive, in turn, in one process.
//!
//! `cargo run --release --manifest-path bench/Cargo.toml --bin messages -- --rounds 101`
//!
//! Measures the CPU time of the thread, to minimize the influence of other load on the machine.

use std::hint::black_box;

use avocet::prelude::*;
use serde::Deserialize;

/// Both readers read the same type.
#[model(input)]
#[derive(Debug, PartialEq, Deserialize)]
struct Chat {
    messages: Vec<Message>,
}

#[model(input)]
#[derive(Debug, PartialEq, Deserialize)]
#[serde(tag = "role", rename_all = "snake_case")]
enum Message {
    System {
        content: String,
    },
    User {
        content: String,
        name: Option<String>,
    },
    Assistant {
        content: Option<String>,
        tool_calls: Option<Vec<Call>>,
    },
    Tool {
        tool_call_id: String,
        content: String,
    },
}

#[model(input)]
#[derive(Debug, PartialEq, Deserialize)]
struct Call {
    id: String,
    name: String,
    arguments: String,
}

/// Long enough for the system's per-thread clock, which ticks every few milliseconds.
const READS: u32 = 2_000;

fn main() {
    let rounds = avocet_bench::option("--rounds", 101);
    for (name, tag_first) in [("role first", true), ("role last", false)] {
        let body = avocet_bench::bodies::chat(tag_first);
        let text = body.as_bytes();
        let ours = || avocet::input::from_json::<Chat>(text).expect("it is good");
        let theirs = || serde_json::from_slice::<Chat>(text).expect("it is good");
        assert_eq!(ours(), theirs());
        let (mut avocet, mut serde) = (Vec::new(), Vec::new());
        for _ in 0..rounds {
            avocet.push(micros(ours));
            serde.push(micros(theirs));
        }
        let (avocet, serde) = (median(avocet), median(serde));
        let ratio = avocet / serde;
        println!(
            "{name}, {} bytes: avocet {avocet:.2} µs, serde {serde:.2} µs, ratio {ratio:.2}",
            text.len()
        );
    }
}

fn micros<T>(read: impl Fn() -> T) -> f64 {
    let before = on_a_processor();
    for _ in 0..READS {
        black_box(read());
    }
    (on_a_processor() - before) * 1e-3 / f64::from(READS)
}

/// Returns the CPU time of this thread in nanoseconds.
fn on_a_processor() -> f64 {
    std::thread::yield_now();
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").expect("it is Linux");
    let first = text
        .split_whitespace()
        .next()
        .and_then(|nanoseconds| nanoseconds.parse().ok());
    first.expect("the first is the time on a processor")
}

fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all[all.len() / 2]
}
