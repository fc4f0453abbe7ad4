//! The engine below HTTP, on two tiny random checkpoints from `tests/data/record.py`, compared with the recorded results of `transformers`;
//! then the HTTP part on the trained model: `api` in process, `program` as a process.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

mod api;
mod engine;
mod loading;
mod model;
mod openai;
mod program;
mod prompt;
mod random_schemas;

use std::path::{Path, PathBuf};

/// Returns the path of a recorded checkpoint.
fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(name)
}

/// Makes a copy of the checkpoint `grouped` that a test may change.
fn copy_of_grouped(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    for entry in std::fs::read_dir(data("grouped")).unwrap() {
        let path = entry.unwrap().path();
        std::fs::copy(&path, folder.join(path.file_name().unwrap())).unwrap();
    }
    folder
}

/// Replaces a part of a file, which must exist.
fn edit(path: &Path, old: &str, new: &str) {
    let text = std::fs::read_to_string(path).unwrap();
    assert!(text.contains(old), "{} has no {old}", path.display());
    std::fs::write(path, text.replace(old, new)).unwrap();
}
