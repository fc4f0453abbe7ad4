//! Folders that do not load: the error names the file and the field.

use std::fs;
use std::path::{Path, PathBuf};

use embeddings::{LoadError, MiniLm, Tokenizer};

use crate::data;

/// Makes a copy of the tiny model that a test may change.
fn copy(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("1_Pooling")).unwrap();
    for file in [
        "config.json",
        "sentence_bert_config.json",
        "modules.json",
        "1_Pooling/config.json",
        "model.safetensors",
        "tokenizer.json",
    ] {
        fs::copy(data().join("tiny").join(file), folder.join(file)).unwrap();
    }
    folder
}

fn load(folder: &Path) -> Result<(), LoadError> {
    Tokenizer::load(folder)?;
    MiniLm::load(folder)?;
    Ok(())
}

fn assert_named(folder: &Path, file: &str, problem: &str) {
    let error = load(folder).expect_err("it should not load");
    let text = error.to_string();
    assert_eq!(error.path(), folder.join(file), "{text}");
    assert!(text.contains(problem), "{text}");
}

#[test]
fn a_copy_loads() {
    load(&copy("unchanged")).unwrap();
}

#[test]
fn a_missing_file_is_named() {
    for file in [
        "config.json",
        "sentence_bert_config.json",
        "modules.json",
        "1_Pooling/config.json",
        "model.safetensors",
        "tokenizer.json",
    ] {
        let folder = copy("missing");
        fs::remove_file(folder.join(file)).unwrap();
        assert_named(&folder, file, "No such file");
        fs::write(folder.join(file), "{").unwrap();
        assert_named(&folder, file, "");
    }
}

#[test]
fn a_field_at_fault_is_named() {
    for (file, old, new, faulty, problem) in [
        (
            "config.json",
            "\"hidden_size\"",
            "\"width\"",
            "config.json",
            "hidden_size",
        ),
        (
            "config.json",
            "\"gelu\"",
            "\"relu\"",
            "config.json",
            "`hidden_act` is \"relu\"",
        ),
        (
            "config.json",
            "\"bert\"",
            "\"roberta\"",
            "config.json",
            "`model_type` is \"roberta\"",
        ),
        (
            "config.json",
            "\"num_attention_heads\": 3",
            "\"num_attention_heads\": 5",
            "config.json",
            "not a multiple",
        ),
        (
            "config.json",
            "\"num_hidden_layers\": 2",
            "\"num_hidden_layers\": 0",
            "config.json",
            "`num_hidden_layers` is 0",
        ),
        (
            "config.json",
            "\"num_hidden_layers\": 2",
            "\"num_hidden_layers\": 3",
            "model.safetensors",
            "encoder.layer.2",
        ),
        (
            "config.json",
            "\"intermediate_size\": 40",
            "\"intermediate_size\": 41",
            "model.safetensors",
            "config.json asks for [41, 24]",
        ),
        (
            "config.json",
            "\"vocab_size\": ",
            "\"vocab_size\": 1, \"was\": ",
            "tokenizer.json",
            "`vocab_size` in config.json is 1",
        ),
        (
            "sentence_bert_config.json",
            "24",
            "65",
            "sentence_bert_config.json",
            "`max_seq_length` is 65",
        ),
        (
            "modules.json",
            "models.Normalize",
            "models.Dense",
            "modules.json",
            "Dense",
        ),
        (
            "1_Pooling/config.json",
            "\"pooling_mode_cls_token\": false",
            "\"pooling_mode_cls_token\": true",
            "1_Pooling/config.json",
            "modes are [\"pooling_mode_cls_token\", \"pooling_mode_mean_tokens\"]",
        ),
    ] {
        let folder = copy("field");
        let path = folder.join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(old), "{file} has no {old}");
        fs::write(&path, text.replace(old, new)).unwrap();
        assert_named(&folder, faulty, problem);
    }
}
