//! The vectors are those of sentence-transformers, recorded by `tests/data/record.py`: for a tiny random model always, for all-MiniLM-L6-v2 if
//! its files are there.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

mod batches;
mod loading;
mod reference;
mod service;
mod tokens;

use std::env;
use std::path::{Path, PathBuf};

use embeddings::{MiniLm, Tokenizer, Tokens, folder};

/// A model and its tokenizer.
struct Loaded {
    tokenizer: Tokenizer,
    model: MiniLm,
}

impl Loaded {
    fn load(folder: &Path) -> Self {
        Self {
            tokenizer: Tokenizer::load(folder).unwrap(),
            model: MiniLm::load(folder).unwrap(),
        }
    }

    fn tokenize(&self, texts: &[&str]) -> Vec<Tokens> {
        texts
            .iter()
            .map(|text| self.tokenizer.tokenize(text).unwrap())
            .collect()
    }
}

/// Returns the folder of recorded results.
fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data")
}

fn tiny() -> Loaded {
    Loaded::load(&data().join("tiny"))
}

/// Loads all-MiniLM-L6-v2. Without its files, it reports that the test is skipped; `AVOCET_REQUIRE_MINILM=1` makes that a failure.
fn minilm(test: &str) -> Option<Loaded> {
    let folder = folder::default_folder();
    if folder.join("model.safetensors").exists() {
        return Some(Loaded::load(&folder));
    }
    let problem = format!(
        "{} has no model; examples/embeddings/fetch fetches it",
        folder.display()
    );
    assert!(
        env::var_os("AVOCET_REQUIRE_MINILM").is_none_or(|value| value != "1"),
        "{problem}"
    );
    // Not captured, unlike the output of `eprintln!`.
    let note = format!("skipped {test}: {problem}\n");
    std::io::Write::write_all(&mut std::io::stderr(), note.as_bytes()).unwrap();
    None
}

/// Returns the largest difference between two numbers at one position.
fn difference(left: &[f32], right: &[f32]) -> f32 {
    assert_eq!(left.len(), right.len());
    left.iter()
        .zip(right)
        .map(|(left, right)| (left - right).abs())
        // A number that is not one must not vanish in `max`.
        .fold(
            0.0,
            |largest, next| if next <= largest { largest } else { next },
        )
}
