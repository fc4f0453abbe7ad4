//! Model-checks the code that wakes tasks, in every possible thread interleaving, under loom.
//!
//!     cargo run --release --manifest-path models/Cargo.toml [NAME]
//!
//! The code is the framework's own: its files are compiled here with loom's locks and atomics in place of the standard library's.
//! A lost wake-up leaves a task asleep forever, which loom reports as a deadlock.

// The paths of the framework's files begin with this crate's name or with that of the server.
extern crate self as avocet_server;

mod flag;
mod serve;
mod websocket;

/// Replaces `crate::sync` of the framework.
mod sync {
    pub(crate) use loom::sync::{Mutex, MutexGuard, atomic};
    pub(crate) use std::sync::PoisonError;
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
