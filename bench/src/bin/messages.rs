//! Reads forty role-tagged chat messages by Avocet's reader and by serde's derive, in turn, in one process.
//!
//! `cargo run --release --manifest-path bench/Cargo.toml --bin messages`

use std::hint::black_box;
use std::time::Instant;

use avocet::prelude::*;
use serde::Deserialize;

/// The same type is read both ways.
#[model(input)]
#[derive(Debug, PartialEq, Deserialize)]
struct Chat {
    model: String,
    messages: Vec<Message>,
    temperature: Option<f64>,
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
        content: String,
        tool_calls: Option<Vec<Call>>,
    },
    Tool {
        content: String,
        call_id: String,
    },
}

#[model(input)]
#[derive(Debug, PartialEq, Deserialize)]
struct Call {
    id: String,
    function: String,
    arguments: String,
}

const ROUNDS: usize = 101;
const READS: u32 = 200;

fn main() {
    for (name, tag_first) in [("role first", true), ("role last", false)] {
        let body = body(tag_first);
        let text = body.as_bytes();
        let ours = || avocet::read::from_json::<Chat>(text).expect("it is good");
        let theirs = || serde_json::from_slice::<Chat>(text).expect("it is good");
        assert_eq!(ours(), theirs());
        let (mut avocet, mut serde) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
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
    let start = Instant::now();
    for _ in 0..READS {
        black_box(read());
    }
    start.elapsed().as_secs_f64() * 1e6 / f64::from(READS)
}

fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all[all.len() / 2]
}

fn body(tag_first: bool) -> String {
    let message = |index: usize| {
        let text = "Tell me which birds of the salt marsh feed by sweeping the bill from side to side, \
                    where they nest, and \\\"why\\\" their young walk within hours.\\nThank you!";
        let members = match index % 4 {
            0 if index == 0 => format!(r#""content":"{text}""#),
            0 | 1 => format!(r#""content":"{text}","name":"ada""#),
            2 => format!(
                r#""content":"{text}","tool_calls":[{{"id":"c{index}","function":"search","arguments":"{{\"q\":1}}"}}]"#
            ),
            _ => format!(r#""content":"{text}","call_id":"c{index}""#),
        };
        let role = match index % 4 {
            0 if index == 0 => "system",
            0 | 1 => "user",
            2 => "assistant",
            _ => "tool",
        };
        if tag_first {
            format!(r#"{{"role":"{role}",{members}}}"#)
        } else {
            format!(r#"{{{members},"role":"{role}"}}"#)
        }
    };
    let messages: Vec<String> = (0..40).map(message).collect();
    format!(
        r#"{{"model":"avocet-1","messages":[{}],"temperature":0.7}}"#,
        messages.join(",")
    )
}
