//! A list of 2,048 token ids: a typical request of clients with their own tokenizer.

use std::hint::black_box;

use super::Path;

pub const IDS: Path = Path {
    name: "token ids",
    prepare: || {
        let body = body();
        Box::new(move || {
            let ids = avocet::input::from_json::<Vec<u32>>(body.as_bytes());
            drop(black_box(ids.expect("it is good")));
        })
    },
    yardstick: Some(|| {
        let body = body();
        Box::new(move || {
            let ids = serde_json::from_slice::<Vec<u32>>(body.as_bytes());
            drop(black_box(ids.expect("it is good")));
        })
    }),
};

/// Returns ids below 128,000, most of them with five digits, spaced as Python writes them.
fn body() -> String {
    let id = |index: u64| (index * 245_489 % 128_000).to_string();
    format!("[{}]", (0..2048).map(id).collect::<Vec<_>>().join(", "))
}
