//! The JSON files beside the weights: dimensions, the maximum length and the pooling.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::LoadError;

/// The validated dimensions of a model.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// The number of tokens in the vocabulary.
    pub vocabulary: usize,
    /// Width of the hidden states, and the length of a vector.
    pub hidden: usize,
    /// Width inside the feed-forward block.
    pub intermediate: usize,
    /// The number of layers.
    pub layers: usize,
    /// The number of attention heads; divides [`hidden`](Self::hidden).
    pub heads: usize,
    /// The number of positions that the model has an embedding for.
    pub positions: usize,
    /// The number of kinds of text, such as question and answer. Texts here are of the first kind.
    pub kinds: usize,
    /// Added to the variance before the square root.
    pub norm_epsilon: f32,
    /// The maximum length of a text in tokens, the two around it included. The rest of a longer text is ignored.
    pub max_tokens: usize,
}

impl Config {
    /// Reads and checks `config.json`, `sentence_bert_config.json`, `modules.json` and `1_Pooling/config.json` of a model folder.
    ///
    /// # Errors
    /// Fails if a file is missing, malformed, or describes anything but a BERT encoder with mean pooling and normalization.
    pub fn read(folder: &Path) -> Result<Self, LoadError> {
        let mut config = checked(&folder.join("config.json"), Bert::check)?;
        let limit = |file: Sentence| file.check(config.positions);
        config.max_tokens = checked(&folder.join("sentence_bert_config.json"), limit)?;
        checked(&folder.join("modules.json"), |file: Vec<Module>| {
            check_modules(&file)
        })?;
        checked(
            &folder.join("1_Pooling/config.json"),
            |file: BTreeMap<_, _>| check_pooling(&file),
        )?;
        Ok(config)
    }
}

fn checked<File: DeserializeOwned, T>(
    path: &Path,
    check: impl FnOnce(File) -> Result<T, String>,
) -> Result<T, LoadError> {
    let bytes = std::fs::read(path).map_err(|error| LoadError::new(path, error))?;
    let file = serde_json::from_slice(&bytes).map_err(|error| LoadError::new(path, error))?;
    check(file).map_err(|problem| LoadError::new(path, problem))
}

/// The raw `config.json`.
#[derive(Deserialize)]
struct Bert {
    model_type: String,
    hidden_act: String,
    position_embedding_type: Option<String>,
    vocab_size: usize,
    hidden_size: usize,
    intermediate_size: usize,
    num_hidden_layers: usize,
    num_attention_heads: usize,
    max_position_embeddings: usize,
    type_vocab_size: usize,
    layer_norm_eps: f32,
}

impl Bert {
    fn check(self) -> Result<Config, String> {
        for (name, value, supported) in [
            ("model_type", &*self.model_type, "bert"),
            ("hidden_act", &*self.hidden_act, "gelu"),
            (
                "position_embedding_type",
                self.position_embedding_type
                    .as_deref()
                    .unwrap_or("absolute"),
                "absolute",
            ),
        ] {
            if value != supported {
                return Err(format!(
                    "`{name}` is {value:?}, only {supported:?} is supported"
                ));
            }
        }
        for (name, value) in [
            ("vocab_size", self.vocab_size),
            ("hidden_size", self.hidden_size),
            ("intermediate_size", self.intermediate_size),
            ("num_hidden_layers", self.num_hidden_layers),
            ("num_attention_heads", self.num_attention_heads),
            ("max_position_embeddings", self.max_position_embeddings),
            ("type_vocab_size", self.type_vocab_size),
        ] {
            if value == 0 {
                return Err(format!("`{name}` is 0"));
            }
        }
        if !self.hidden_size.is_multiple_of(self.num_attention_heads) {
            return Err(format!(
                "`hidden_size` is {}, not a multiple of `num_attention_heads`, {}",
                self.hidden_size, self.num_attention_heads
            ));
        }
        Ok(Config {
            vocabulary: self.vocab_size,
            hidden: self.hidden_size,
            intermediate: self.intermediate_size,
            layers: self.num_hidden_layers,
            heads: self.num_attention_heads,
            positions: self.max_position_embeddings,
            kinds: self.type_vocab_size,
            norm_epsilon: self.layer_norm_eps,
            max_tokens: self.max_position_embeddings,
        })
    }
}

/// The raw `sentence_bert_config.json`.
#[derive(Deserialize)]
struct Sentence {
    max_seq_length: Option<usize>,
}

impl Sentence {
    fn check(self, positions: usize) -> Result<usize, String> {
        // The tokens that begin and end a text.
        const AROUND: usize = 2;
        match self.max_seq_length {
            None => Ok(positions),
            Some(limit) if (AROUND..=positions).contains(&limit) => Ok(limit),
            Some(limit) => Err(format!(
                "`max_seq_length` is {limit}, not between {AROUND} and `max_position_embeddings`, {positions}"
            )),
        }
    }
}

/// One entry of `modules.json`.
#[derive(Deserialize)]
struct Module {
    r#type: String,
}

fn check_modules(modules: &[Module]) -> Result<(), String> {
    const SUPPORTED: [&str; 3] = ["Transformer", "Pooling", "Normalize"];
    let names: Vec<&str> = modules
        .iter()
        .map(|module| module.r#type.rsplit('.').next().unwrap_or_default())
        .collect();
    if names == SUPPORTED {
        Ok(())
    } else {
        Err(format!(
            "the modules are {names:?}, only {SUPPORTED:?} is supported"
        ))
    }
}

/// Checks the fields of `1_Pooling/config.json`; each mode that is on adds to the length of the vectors.
fn check_pooling(fields: &BTreeMap<String, Value>) -> Result<(), String> {
    const SUPPORTED: [&str; 1] = ["pooling_mode_mean_tokens"];
    let modes: Vec<&str> = fields
        .iter()
        .filter(|(name, value)| name.starts_with("pooling_mode_") && **value == true)
        .map(|(name, _)| name.as_str())
        .collect();
    if modes == SUPPORTED {
        Ok(())
    } else {
        Err(format!(
            "the pooling modes are {modes:?}, only {SUPPORTED:?} is supported"
        ))
    }
}
