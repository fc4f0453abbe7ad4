//! Folders that load, and the errors for folders that do not.

use std::collections::HashMap;
use std::fs;

use candle_core::safetensors::{load, save};
use candle_core::{DType, Device, Tensor};
use chat::llama::{KvCache, Llama, Output, Run, Workspace};
use chat::{Engine, LoadError};

use crate::{copy_of_grouped, data, edit};

#[test]
fn a_model_says_what_it_is() {
    let engine = Engine::load(&data("grouped")).unwrap();
    let model = engine.model();
    assert_eq!(model.name, "grouped");
    assert_eq!(model.context_length, 128);
    assert_eq!(model.parameters, 33_952);
}

#[test]
fn several_files_give_what_one_gives() {
    let folder = copy_of_grouped("shards");
    let single = folder.join("model.safetensors");
    let mut shards = [HashMap::new(), HashMap::new()];
    let mut map = HashMap::new();
    for (index, (name, tensor)) in load(&single, &Device::Cpu).unwrap().into_iter().enumerate() {
        map.insert(name.clone(), format!("model-{}.safetensors", index % 2));
        shards[index % 2].insert(name, tensor);
    }
    for (index, shard) in shards.iter().enumerate() {
        save(shard, folder.join(format!("model-{index}.safetensors"))).unwrap();
    }
    fs::remove_file(single).unwrap();
    let index = serde_json::json!({"metadata": {}, "weight_map": map});
    fs::write(
        folder.join("model.safetensors.index.json"),
        index.to_string(),
    )
    .unwrap();

    let logits = |folder| {
        let model = Llama::load(folder).unwrap();
        let run = Run {
            slot: &mut KvCache::new(model.config(), 3).reserve(3).unwrap(),
            tokens: &[5, 6, 7],
            output: Output::Logits,
        };
        let mut workspace = Workspace::default();
        let outputs = model.forward(&mut [run], &mut workspace).unwrap();
        outputs.of(0).to_vec()
    };
    assert_eq!(logits(&folder), logits(&data("grouped")));

    fs::remove_file(folder.join("model-1.safetensors")).unwrap();
    assert_named(Llama::load(&folder), "model-1.safetensors", "No such file");
}

#[test]
fn a_missing_file_is_named() {
    for file in ["config.json", "tokenizer.json", "tokenizer_config.json"] {
        let folder = copy_of_grouped(&format!("without-{file}"));
        fs::remove_file(folder.join(file)).unwrap();
        assert_named(Engine::load(&folder), file, "No such file");
    }
    let folder = copy_of_grouped("without-weights");
    fs::remove_file(folder.join("model.safetensors")).unwrap();
    assert_named(
        Engine::load(&folder),
        "without-weights",
        "neither model.safetensors nor",
    );
}

#[test]
fn a_broken_file_is_named() {
    for file in [
        "config.json",
        "tokenizer.json",
        "tokenizer_config.json",
        "model.safetensors",
    ] {
        let folder = copy_of_grouped(&format!("broken-{file}"));
        fs::write(folder.join(file), "{").unwrap();
        assert_named(Engine::load(&folder), file, "");
    }
}

#[test]
fn a_field_at_fault_is_named() {
    for (file, old, new, problem) in [
        (
            "config.json",
            "\"hidden_size\"",
            "\"hidden\"",
            "hidden_size",
        ),
        ("config.json", "\"silu\"", "\"gelu\"", "hidden_act"),
        (
            "config.json",
            "\"vocab_size\": 288",
            "\"vocab_size\": 280",
            "embed_tokens",
        ),
        (
            "tokenizer_config.json",
            "chat_template",
            "template",
            "chat_template",
        ),
        ("tokenizer_config.json", "endfor", "end", "end"),
        ("tokenizer.json", "\"ByteLevel\"", "\"Unheard\"", "Unheard"),
    ] {
        let folder = copy_of_grouped(&format!("field-{problem}"));
        edit(&folder.join(file), old, new);
        let file = if problem == "embed_tokens" {
            "model.safetensors"
        } else {
            file
        };
        assert_named(Engine::load(&folder), file, problem);
    }
}

#[test]
fn a_tensor_at_fault_is_named() {
    let change = |name: &str, change: &dyn Fn(&mut HashMap<String, Tensor>)| {
        let folder = copy_of_grouped(name);
        let file = folder.join("model.safetensors");
        let mut tensors = load(&file, &Device::Cpu).unwrap();
        change(&mut tensors);
        save(&tensors, &file).unwrap();
        Engine::load(&folder)
    };
    let missing = change("tensor-missing", &|tensors| {
        tensors.remove("lm_head.weight");
    });
    assert_named(missing, "model.safetensors", "lm_head.weight");
    let integers = change("tensor-integers", &|tensors| {
        let norm = Tensor::zeros(32, DType::U8, &Device::Cpu).unwrap();
        tensors.insert("model.norm.weight".to_owned(), norm);
    });
    assert_named(integers, "model.safetensors", "stored as U8");
}

#[test]
fn a_template_in_its_own_file_comes_first() {
    let folder = copy_of_grouped("own-template");
    fs::write(folder.join("chat_template.jinja"), "{% for").unwrap();
    assert_named(Engine::load(&folder), "chat_template.jinja", "");
    fs::write(
        folder.join("chat_template.jinja"),
        "{{ messages[0].content }}",
    )
    .unwrap();
    Engine::load(&folder).unwrap();
}

fn assert_named<T>(result: Result<T, LoadError>, file: &str, problem: &str) {
    let error = result.err().expect("it should not load");
    let text = error.to_string();
    assert_eq!(error.path().file_name().unwrap(), file, "{text}");
    assert!(text.contains(file) && text.contains(problem), "{text}");
}
