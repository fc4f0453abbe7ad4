//! A text has the same vector alone and in any batch.

use crate::{Loaded, difference, minilm, tiny};

const TOLERANCE: f32 = 1e-5;

/// Texts of `lengths` words each.
fn texts(lengths: &[usize]) -> Vec<String> {
    let words = ["water", "a", "stream", "of", "the", "bird", "sand", "lands"];
    lengths
        .iter()
        .map(|length| {
            let words: Vec<&str> = (0..*length)
                .map(|index| words[(index * index + length) % words.len()])
                .collect();
            words.join(" ")
        })
        .collect()
}

fn check(loaded: &Loaded, lengths: &[usize]) {
    let texts = texts(lengths);
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let tokens = loaded.tokenize(&texts);
    let batch = loaded.model.encode(&tokens).unwrap();
    assert_eq!(batch.len(), tokens.len());
    for (index, (tokens, vector)) in tokens.into_iter().zip(batch).enumerate() {
        let alone = loaded.model.encode(&[tokens]).unwrap();
        let off = difference(&vector, &alone[0]);
        assert!(off < TOLERANCE, "text {index} is off by {off:e}");
        let length: f32 = vector.iter().map(|value| value * value).sum();
        assert!((length - 1.0).abs() < TOLERANCE, "{length}");
    }
}

#[test]
fn mixed_lengths_on_the_tiny_model() {
    check(&tiny(), &[0, 1, 22, 3, 22, 3, 0, 40, 2]);
    // More tokens than one pass takes.
    check(&tiny(), &vec![22; 50]);
}

#[test]
fn mixed_lengths_on_minilm() {
    if let Some(loaded) = minilm("mixed_lengths_on_minilm") {
        check(&loaded, &[3, 200, 0, 300, 17, 17, 64, 1]);
    }
}

#[test]
fn nothing_gives_nothing() {
    assert!(tiny().model.encode(&[]).unwrap().is_empty());
}

#[test]
fn clones_encode_at_the_same_time() {
    let loaded = tiny();
    let tokens = loaded.tokenize(&["a bird", "water"]);
    let expected = loaded.model.encode(&tokens).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            let model = loaded.model.clone();
            let (tokens, expected) = (&tokens, &expected);
            scope.spawn(move || assert_eq!(&model.encode(tokens).unwrap(), expected));
        }
    });
}
