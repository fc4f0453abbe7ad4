use avocet::prelude::*;

#[model(output)]
struct Job {
    started: std::time::Instant,
}

#[model]
#[serde(tag = "kind")]
enum Event {
    Started(std::time::Instant),
}

fn main() {}
