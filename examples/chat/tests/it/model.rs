//! The model computes the numbers of the reference implementation.

use candle_core::{DType, Device};
use chat::llama::{Config, ForwardError, KvCache, Llama, Output, Run, Slot, Workspace};

use crate::{copy_of_grouped, data, edit};

const TOLERANCE: f32 = 1e-4;

/// A checkpoint, a sequence, and the reference result for each of its positions.
struct Recorded {
    model: Llama,
    tokens: Vec<u32>,
    hidden: Vec<f32>,
    logits: Vec<f32>,
}

fn recorded(name: &str) -> Recorded {
    let file = data(name).join("expected.safetensors");
    let tensors = candle_core::safetensors::load(file, &Device::Cpu).unwrap();
    let numbers = |name| tensors[name].flatten_all().unwrap().to_vec1().unwrap();
    Recorded {
        model: Llama::load(&data(name)).unwrap(),
        tokens: tensors["tokens"]
            .to_dtype(DType::U32)
            .unwrap()
            .to_vec1()
            .unwrap(),
        hidden: numbers("hidden"),
        logits: numbers("logits"),
    }
}

/// Returns a slot of a cache that has room for one sequence.
fn slot(model: &Llama) -> Slot {
    let context = model.config().context;
    KvCache::new(model.config(), context)
        .reserve(context)
        .unwrap()
}

/// Reads tokens of one sequence in a pass of their own.
fn read(model: &Llama, slot: &mut Slot, tokens: &[u32], output: Output) -> Vec<f32> {
    let run = Run {
        slot,
        tokens,
        output,
    };
    let mut workspace = Workspace::default();
    model
        .forward(&mut [run], &mut workspace)
        .unwrap()
        .of(0)
        .to_vec()
}

fn assert_near(actual: &[f32], expected: &[f32]) {
    assert_eq!(actual.len(), expected.len());
    for (actual, expected) in actual.iter().zip(expected) {
        let difference = (actual - expected).abs();
        assert!(difference < TOLERANCE, "off by {difference}");
    }
}

/// Reads the tokens in runs of these lengths, beside another sequence, and compares every position.
fn check(name: &str, runs: impl Fn(usize) -> Vec<usize>) {
    let Recorded {
        model,
        tokens,
        hidden,
        logits,
    } = recorded(name);
    for (output, expected) in [(Output::Hidden, hidden), (Output::Logits, logits)] {
        let width = expected.len() / tokens.len();
        let (mut first, mut second, mut last) = (slot(&model), slot(&model), slot(&model));
        let mut workspace = Workspace::default();
        for count in runs(tokens.len()) {
            let start = first.length();
            let part = &tokens[start..start + count];
            let mut runs = [
                Run {
                    slot: &mut first,
                    tokens: part,
                    output,
                },
                Run {
                    slot: &mut second,
                    tokens: &[7],
                    output: Output::NextLogits,
                },
                Run {
                    slot: &mut last,
                    tokens: part,
                    output,
                },
            ];
            let outputs = model.forward(&mut runs, &mut workspace).unwrap();
            let expected = &expected[start * width..][..count * width];
            assert_near(outputs.of(0), expected);
            assert_near(outputs.of(2), expected);
        }
        assert_eq!(first.length(), tokens.len());
    }
}

#[test]
fn a_whole_prompt_gives_the_logits_of_the_reference() {
    check("grouped", |tokens| vec![tokens]);
    check("scaled", |tokens| vec![tokens]);
}

#[test]
fn token_by_token_gives_the_logits_of_the_reference() {
    check("grouped", |tokens| vec![1; tokens]);
    check("scaled", |tokens| vec![1; tokens]);
}

#[test]
fn a_prompt_in_parts_gives_the_logits_of_the_reference() {
    check("grouped", |tokens| vec![5, 1, tokens - 6]);
    check("scaled", |tokens| vec![2, tokens - 3, 1]);
}

#[test]
fn the_next_logits_are_those_of_the_last_token() {
    let Recorded { model, tokens, .. } = recorded("grouped");
    let all = read(&model, &mut slot(&model), &tokens, Output::Logits);
    let next = read(&model, &mut slot(&model), &tokens, Output::NextLogits);
    assert_eq!(next, all[all.len() - model.config().vocabulary..]);
}

#[test]
fn a_slot_with_memory_of_an_earlier_sequence_gives_the_logits_of_the_reference() {
    let Recorded {
        model,
        tokens,
        logits,
        ..
    } = recorded("grouped");
    let cache = KvCache::new(model.config(), 128);
    let mut earlier = cache.reserve(128).unwrap();
    read(&model, &mut earlier, &[9; 128], Output::Nothing);
    drop(earlier);
    let mut again = cache.reserve(128).unwrap();
    assert_near(&read(&model, &mut again, &tokens, Output::Logits), &logits);
}

/// A conversation that joins after some passes, and the lengths of the parts in which its tokens arrive.
struct Joining {
    after: usize,
    tokens: Vec<u32>,
    parts: Vec<usize>,
}

#[test]
fn sequences_in_one_pass_are_bit_for_bit_what_each_is_alone() {
    let model = Llama::load(&data("grouped")).unwrap();
    let conversation = |seed: u32, after, parts: &[usize]| Joining {
        after,
        tokens: (0..u32::try_from(parts.iter().sum::<usize>()).unwrap())
            .map(|index| (index * 31 + seed * 17) % 288)
            .collect(),
        parts: parts.to_vec(),
    };
    let mut all = vec![
        conversation(1, 0, &[1; 40]),
        conversation(2, 0, &[100, 1, 1, 1, 1]),
        conversation(3, 1, &[16, 16, 16, 16, 1, 1]),
        conversation(4, 3, &[15, 2, 33, 1, 1, 1, 1]),
        conversation(5, 3, &[1, 1, 1]),
    ];
    for seed in 6..14 {
        all.push(conversation(seed, 5, &[7, 1, 1, 1, 1, 1, 1, 1, 1]));
    }
    // Too small for all at once: later ones get the memory of those that have ended.
    let cache = KvCache::new(model.config(), 384);
    let mut slots: Vec<Option<Slot>> = all.iter().map(|_| None).collect();
    let mut together = vec![Vec::new(); all.len()];
    let mut workspace = Workspace::default();
    let mut next = vec![0; all.len()];
    for pass in 0..60 {
        let mut runs = Vec::new();
        let mut who = Vec::new();
        for (index, (joining, slot)) in all.iter().zip(&mut slots).enumerate() {
            if next[index] == joining.parts.len() {
                *slot = None;
                continue;
            }
            if pass >= joining.after && slot.is_none() {
                *slot = cache.reserve(joining.tokens.len());
            }
            if let Some(slot) = slot {
                let start = slot.length();
                let part = joining.parts[next[index]];
                next[index] += 1;
                who.push(index);
                runs.push(Run {
                    slot,
                    tokens: &joining.tokens[start..start + part],
                    output: Output::Logits,
                });
            }
        }
        let outputs = model.forward(&mut runs, &mut workspace).unwrap();
        for (run, index) in who.into_iter().enumerate() {
            together[index].extend_from_slice(outputs.of(run));
        }
    }
    for (joining, together) in all.iter().zip(&together) {
        let alone = read(&model, &mut slot(&model), &joining.tokens, Output::Logits);
        assert_eq!(&alone, together);
    }
    drop(slots);
    assert_eq!(cache.free(), 384);
}

#[test]
fn a_long_prompt_and_a_growing_slot_agree() {
    let folder = copy_of_grouped("long");
    edit(
        &folder.join("config.json"),
        "\"max_position_embeddings\": 128",
        "\"max_position_embeddings\": 300",
    );
    let model = Llama::load(&folder).unwrap();
    let tokens: Vec<u32> = (0..300).map(|i| i * 7 % 280).collect();
    let whole = read(&model, &mut slot(&model), &tokens, Output::Hidden);
    let mut slot = slot(&model);
    let steps: Vec<f32> = tokens
        .iter()
        .flat_map(|token| read(&model, &mut slot, &[*token], Output::Hidden))
        .collect();
    assert_eq!(steps, whole);
}

#[test]
fn what_cannot_run_is_an_error_that_changes_no_slot() {
    let model = Llama::load(&data("grouped")).unwrap();
    let other = Config::read(concat!(env!("CARGO_MANIFEST_DIR"), "/model").as_ref()).unwrap();
    let mut foreign = KvCache::new(&other, 64).reserve(64).unwrap();
    let cache = KvCache::new(model.config(), 256);
    let (mut first, mut second) = (cache.reserve(20).unwrap(), cache.reserve(1000).unwrap());
    assert_eq!((first.capacity(), second.capacity()), (20, 128));
    read(&model, &mut first, &[5; 18], Output::Nothing);

    let mut fails = |slot: &mut Slot, tokens: &[u32]| {
        let mut runs = [
            Run {
                slot: &mut second,
                tokens: &[5],
                output: Output::NextLogits,
            },
            Run {
                slot,
                tokens,
                output: Output::NextLogits,
            },
        ];
        let mut workspace = Workspace::default();
        let error = model.forward(&mut runs, &mut workspace).unwrap_err();
        assert_eq!(second.length(), 0);
        error
    };
    let run = 1;
    assert_eq!(fails(&mut first, &[]), ForwardError::NoTokens { run });
    assert_eq!(
        fails(&mut first, &[5, 288]),
        ForwardError::UnknownToken {
            run,
            token: 288,
            vocabulary: 288
        }
    );
    let full = fails(&mut first, &[5; 3]);
    assert_eq!(
        full.to_string(),
        "run 1 has 3 tokens after 18, but its slot has room for 20"
    );
    assert_eq!(fails(&mut foreign, &[5]), ForwardError::OtherModel { run });
    assert_eq!(first.length(), 18);
    read(&model, &mut first, &[5; 2], Output::Nothing);
    assert_eq!(first.length(), 20);
}

#[test]
fn a_cache_has_room_for_its_tokens_and_no_more() {
    let model = Llama::load(&data("grouped")).unwrap();
    let cache = KvCache::new(model.config(), 100);
    assert_eq!((cache.capacity(), cache.free()), (128, 128));
    let slots: Vec<Slot> = (0..4).map(|_| cache.reserve(3).unwrap()).collect();
    assert!(cache.reserve(1).is_none());
    drop(slots);
    assert!(cache.reserve(96).is_some());
    assert!(cache.reserve(128).is_some());
}
