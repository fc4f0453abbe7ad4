//! Random operations on a store with few keys and low limits, so that they meet each other.

use std::time::Duration;

use proptest::prelude::*;

use crate::clock::Ttl;

/// One operation. Numbers choose among few names, and among the versions and positions that were seen.
#[derive(Clone, Debug)]
pub(crate) enum Operation {
    Put(Key, usize, Ttl),
    PutIfAbsent(Key, usize, Ttl),
    /// With the current version, or with a stale one.
    PutIfVersion(Key, bool, usize, Ttl),
    Delete(Key),
    DeleteIfVersion(Key, bool),
    Add(Key, u64, u64, Ttl),
    /// From the current window, or from another one.
    Subtract(Key, bool, u64),
    Get(Key),
    /// Prefix, position, size of a page.
    Scan(usize, &'static str, Option<&'static str>, usize),
    Usage(usize),
    Append(Stream, usize, Ttl),
    /// Position among the sequence numbers that were given, size of a page.
    Read(Stream, usize, usize),
    KeepLast(Stream, u64),
    UpTo(Stream, usize),
    Before(Stream, u64),
    Remove(Stream),
    LogUsage(usize),
    Advance(Duration),
    Sweep,
}

/// The index of a namespace, and a key.
pub(crate) type Key = (usize, &'static str);

/// The index of a log, and the name of a stream.
pub(crate) type Stream = (usize, &'static str);

const NAMES: &[&str] = &["", "a", "ab", "b", "ä"];

pub(crate) fn operations() -> impl Strategy<Value = Vec<Operation>> {
    proptest::collection::vec(operation(), 1..60)
}

fn operation() -> impl Strategy<Value = Operation> {
    use Operation as Op;
    let key = || (0..2_usize, prop::sample::select(NAMES));
    let stream = || (0..2_usize, prop::sample::select(&NAMES[..4]));
    let ttl = || {
        prop_oneof![
            Just(Ttl::NEVER),
            (0..5_u64).prop_map(|it| Ttl::from(Duration::from_millis(it))),
        ]
    };
    // Among them 8, the size of a counter.
    let length = || prop::sample::select(&[0, 1, 5, 8, 12, 21][..]);
    prop_oneof![
        4 => (key(), length(), ttl()).prop_map(|(key, length, ttl)| Op::Put(key, length, ttl)),
        2 => (key(), length(), ttl()).prop_map(|(key, length, ttl)| Op::PutIfAbsent(key, length, ttl)),
        2 => (key(), any::<bool>(), length(), ttl())
            .prop_map(|(key, current, length, ttl)| Op::PutIfVersion(key, current, length, ttl)),
        2 => key().prop_map(Op::Delete),
        1 => (key(), any::<bool>()).prop_map(|(key, current)| Op::DeleteIfVersion(key, current)),
        4 => (key(), 0..4_u64, 0..6_u64, ttl())
            .prop_map(|(key, amount, limit, ttl)| Op::Add(key, amount, limit, ttl)),
        2 => (key(), any::<bool>(), 0..4_u64)
            .prop_map(|(key, current, amount)| Op::Subtract(key, current, amount)),
        2 => key().prop_map(Op::Get),
        2 => (0..2_usize, prop::sample::select(NAMES), prop::option::of(prop::sample::select(NAMES)), 1..4_usize)
            .prop_map(|(namespace, prefix, after, limit)| Op::Scan(namespace, prefix, after, limit)),
        1 => (0..2_usize).prop_map(Op::Usage),
        6 => (stream(), length(), ttl()).prop_map(|(stream, length, ttl)| Op::Append(stream, length, ttl)),
        3 => (stream(), 0..9_usize, 1..4_usize)
            .prop_map(|(stream, position, limit)| Op::Read(stream, position, limit)),
        1 => (stream(), 0..3_u64).prop_map(|(stream, kept)| Op::KeepLast(stream, kept)),
        1 => (stream(), 0..9_usize).prop_map(|(stream, position)| Op::UpTo(stream, position)),
        1 => (stream(), 0..5_u64).prop_map(|(stream, age)| Op::Before(stream, age)),
        1 => stream().prop_map(Op::Remove),
        1 => (0..2_usize).prop_map(Op::LogUsage),
        3 => (0..4_u64).prop_map(|it| Op::Advance(Duration::from_millis(it))),
        1 => Just(Op::Sweep),
    ]
}
