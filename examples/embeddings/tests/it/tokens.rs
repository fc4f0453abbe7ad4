//! Texts are split and truncated as sentence-transformers does it.

use crate::{minilm, tiny};

#[test]
fn a_long_text_keeps_its_beginning_and_the_last_token() {
    let tokenizer = tiny().tokenizer;
    assert_eq!(tokenizer.max_tokens(), 24);
    let words = |count: usize| vec!["water"; count].join(" ");
    let full = tokenizer.tokenize(&words(22)).unwrap();
    assert_eq!(full.len(), 24);
    assert!(!full.is_truncated());
    let long = tokenizer.tokenize(&words(23)).unwrap();
    assert!(long.is_truncated());
    assert_eq!(long.ids(), full.ids());
}

#[test]
fn even_an_empty_text_has_a_beginning_and_an_end() {
    let tokens = tiny().tokenizer.tokenize("").unwrap();
    assert_eq!(tokens.ids(), [2, 3]);
}

#[test]
fn minilm_has_the_vocabulary_of_bert() {
    let Some(loaded) = minilm("minilm_has_the_vocabulary_of_bert") else {
        return;
    };
    assert_eq!(loaded.tokenizer.max_tokens(), 256);
    let tokens = loaded.tokenizer.tokenize("Hello, Avocet!").unwrap();
    // "hello", ",", "av", "##oc", "##et", "!", from the reference implementation.
    assert_eq!(
        tokens.ids(),
        [101, 7592, 1010, 20704, 10085, 3388, 999, 102]
    );
}

#[test]
fn tokens_of_a_different_model_are_an_error() {
    let Some(loaded) = minilm("tokens_of_a_different_model_are_an_error") else {
        return;
    };
    let tokens = loaded.tokenize(&["water"]);
    assert!(tiny().model.encode(&tokens).is_err());
    let tokens = loaded.tokenize(&[&"[PAD] ".repeat(200)]);
    let error = tiny().model.encode(&tokens).unwrap_err().to_string();
    assert!(
        error.contains("202 tokens") && error.contains("64 positions"),
        "{error}"
    );
}
