//! Model-checks the code that wakes tasks, in every possible thread interleaving, under loom.
//!
//!     cargo run --release --manifest-path models/Cargo.toml [NAME]
//!
//! The code is the framework's own: its files are compiled here with loom's locks and atomics in place of the standard library's.
//! A lost wake-up leaves a task asleep forever, which loom reports as a deadlock.

// The paths of the framework's files begin with this crate's name or with that of the server.
extern crate self as avocet_server;

mod flag;
mod inference;
mod serve;
mod websocket;

/// Replaces `crate::sync` of the framework.
mod sync {
    pub(crate) use loom::sync::{Condvar, Mutex, MutexGuard, atomic};
    pub(crate) use std::sync::PoisonError;
}

/// Replaces `crate::error` of the inference layer.
mod error {
    #[derive(Clone, Debug)]
    pub(crate) enum InferenceError {
        Expired,
    }
}

/// Replaces `crate::timings` of the inference layer.
mod timings {
    #[derive(Clone, Copy, Debug, Default)]
    pub(crate) struct Times {
        pub(crate) queue: std::time::Duration,
        pub(crate) model: std::time::Duration,
    }
}

#[path = "../../crates/avocet-server/src/wake.rs"]
mod wake;

const MODELS: &[(&str, fn())] = &[
    ("flag: a task that listens", flag::listen),
    ("flag: a task that stays awake", flag::stay_awake),
    ("bell: two events of one task", serve::two_events),
    ("handover: a value left by another thread", serve::left),
    (
        "open count: the last of two is dropped elsewhere",
        serve::zero,
    ),
    ("channel: messages from another thread", websocket::burst),
    ("channel: a sender that waits for room", websocket::full),
    ("channel: a receiver in another thread", websocket::received),
    ("channel: closed by another thread", websocket::closed),
    (
        "channel: both halves dropped elsewhere",
        websocket::abandoned,
    ),
    ("group: two replies", inference::replies),
    ("group: a reply after the first error", inference::first_error),
    ("group: a caller that leaves", inference::departure),
    ("stream: a model that waits for room", inference::room),
    ("stream: a reader that leaves", inference::reader_leaves),
    ("stream: an abandoned model", inference::abandoned),
    ("pool: submissions", inference::submissions),
    ("pool: a replica that waits for more", inference::larger_batch),
    ("pool: work that is returned", inference::returned),
    ("pool: a paused sequence", inference::paused),
    (
        "pool: a paused sequence whose reader leaves",
        inference::paused_reader_leaves,
    ),
];

fn main() {
    let wanted = std::env::args().nth(1).unwrap_or_default();
    for (name, model) in MODELS.iter().filter(|(name, _)| name.contains(&wanted)) {
        println!("{name}");
        let mut orders = loom::model::Builder::new();
        // More preemptions of a thread than these would take days; LOOM_MAX_PREEMPTIONS sets a higher bound.
        orders.preemption_bound = orders.preemption_bound.or(Some(3));
        orders.check(model);
    }
}
