//! The vectors and token counts of the reference implementation.

use std::path::Path;

use serde::Deserialize;

use crate::{Loaded, data, difference, minilm, tiny};

const TOLERANCE: f32 = 1e-4;

#[derive(Deserialize)]
struct Recorded {
    text: String,
    tokens: usize,
    vector: Vec<f32>,
}

fn check(loaded: &Loaded, path: &Path) {
    let recorded: Vec<Recorded> = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    assert!(!recorded.is_empty());
    for expected in recorded {
        let text = &expected.text;
        let tokens = loaded.tokenizer.tokenize(text).unwrap();
        assert_eq!(tokens.len(), expected.tokens, "{text:?}");
        let vectors = loaded.model.encode(&[tokens]).unwrap();
        let off = difference(&vectors[0], &expected.vector);
        assert!(off < TOLERANCE, "{text:?} is off by {off:e}");
    }
}

#[test]
fn the_tiny_model_gives_the_vectors_of_sentence_transformers() {
    check(&tiny(), &data().join("tiny/reference.json"));
}

#[test]
fn minilm_gives_the_vectors_of_sentence_transformers() {
    if let Some(loaded) = minilm("minilm_gives_the_vectors_of_sentence_transformers") {
        check(&loaded, &data().join("reference.json"));
    }
}

#[test]
fn similar_texts_are_near_each_other() {
    let Some(loaded) = minilm("similar_texts_are_near_each_other") else {
        return;
    };
    let texts = loaded.tokenize(&[
        "How do I reset my password?",
        "I forgot my password, what can I do?",
        "The avocet is a wading bird.",
    ]);
    let vectors = loaded.model.encode(&texts).unwrap();
    let cosine = |left: usize, right: usize| -> f32 {
        let pairs = vectors[left].iter().zip(&vectors[right]);
        pairs.map(|(left, right)| left * right).sum()
    };
    assert!(cosine(0, 1) > 0.7, "{}", cosine(0, 1));
    assert!(cosine(0, 2) < 0.2, "{}", cosine(0, 2));
}
