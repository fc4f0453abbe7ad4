//! The model computes the numbers of the reference implementation.

use candle_core::{DType, Device, Tensor};
use chat::llama::{Cache, Llama};

use crate::{copy_of_grouped, data, edit};

const TOLERANCE: f32 = 1e-4;

/// A checkpoint, a sequence, and the reference result for each of its positions.
struct Recorded {
    model: Llama,
    tokens: Vec<u32>,
    hidden: Tensor,
    logits: Tensor,
}

fn recorded(name: &str) -> Recorded {
    let file = data(name).join("expected.safetensors");
    let mut tensors = candle_core::safetensors::load(file, &Device::Cpu).unwrap();
    let mut take = |name| tensors.remove(name).unwrap();
    Recorded {
        model: Llama::load(&data(name)).unwrap(),
        tokens: take("tokens")
            .to_dtype(DType::U32)
            .unwrap()
            .to_vec1()
            .unwrap(),
        hidden: take("hidden"),
        logits: take("logits"),
    }
}

fn assert_near(actual: &Tensor, expected: &Tensor) {
    assert_eq!(actual.dims(), expected.dims());
    let difference = (actual - expected).unwrap().abs().unwrap();
    let difference: f32 = difference.max_all().unwrap().to_scalar().unwrap();
    assert!(difference < TOLERANCE, "off by {difference}");
}

/// Reads the tokens in runs of these lengths and compares every position.
fn check(name: &str, runs: impl Fn(usize) -> Vec<usize>) {
    let Recorded {
        model,
        tokens,
        hidden,
        logits,
    } = recorded(name);
    let mut cache = Cache::new(model.config());
    for run in runs(tokens.len()) {
        let start = cache.length();
        let actual = model
            .forward(&tokens[start..start + run], &mut cache)
            .unwrap();
        assert_near(&actual, &hidden.narrow(0, start, run).unwrap());
        assert_near(
            &model.logits(&actual).unwrap(),
            &logits.narrow(0, start, run).unwrap(),
        );
    }
    assert_eq!(cache.length(), tokens.len());
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
fn a_long_prompt_and_a_growing_cache_agree() {
    let folder = copy_of_grouped("long");
    edit(
        &folder.join("config.json"),
        "\"max_position_embeddings\": 128",
        "\"max_position_embeddings\": 300",
    );
    let model = Llama::load(&folder).unwrap();
    let tokens: Vec<u32> = (0..300).map(|i| i * 7 % 280).collect();
    let whole = model
        .forward(&tokens, &mut Cache::new(model.config()))
        .unwrap();
    let mut cache = Cache::new(model.config());
    let steps: Vec<Tensor> = tokens
        .iter()
        .map(|token| model.forward(&[*token], &mut cache).unwrap())
        .collect();
    assert_near(&Tensor::cat(&steps, 0).unwrap(), &whole);
}

#[test]
fn the_context_is_the_limit() {
    let model = Llama::load(&data("grouped")).unwrap();
    let context = model.config().context;
    let mut cache = Cache::new(model.config());
    assert!(model.forward(&[], &mut cache).is_err());
    assert!(model.forward(&vec![5; context + 1], &mut cache).is_err());
    model.forward(&vec![5; context], &mut cache).unwrap();
    assert!(model.forward(&[5], &mut cache).is_err());
}
