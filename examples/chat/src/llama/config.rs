//! `config.json`: the dimensions of a model.

use std::path::Path;

use serde::Deserialize;

use crate::error::{LoadError, read};

/// The validated dimensions of a model.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// The number of tokens in the vocabulary.
    pub vocabulary: usize,
    /// Width of the residual stream.
    pub hidden: usize,
    /// Width inside the feed-forward block.
    pub intermediate: usize,
    /// The number of layers.
    pub layers: usize,
    /// The number of query heads.
    pub heads: usize,
    /// The number of key and value heads; divides [`heads`](Self::heads).
    pub key_value_heads: usize,
    /// Width of one head; even.
    pub head: usize,
    /// The maximum length of a sequence, prompt and response together.
    pub context: usize,
    /// Added to the mean square before the square root.
    pub norm_epsilon: f64,
    /// The rotary position embedding of queries and keys.
    pub rope: Rope,
    /// Whether the output matrix is the embedding matrix.
    pub tied_embeddings: bool,
    /// Whether the attention projections add a bias.
    pub attention_bias: bool,
    /// Whether the feed-forward projections add a bias.
    pub mlp_bias: bool,
    /// Tokens that end a response.
    pub end_tokens: Vec<u32>,
}

/// The rotary position embedding of queries and keys.
#[derive(Clone, Debug, PartialEq)]
pub struct Rope {
    /// Base of the geometric series of wavelengths.
    pub theta: f64,
    /// The scaling of long wavelengths that Llama 3.1 introduced.
    pub llama3: Option<Llama3Scaling>,
}

/// Wavelengths up to `original_context / high_frequency` stay, those beyond `original_context / low_frequency` are scaled by `factor`, and
/// those between are interpolated.
#[derive(Clone, Debug, PartialEq)]
pub struct Llama3Scaling {
    pub(super) factor: f64,
    pub(super) low_frequency: f64,
    pub(super) high_frequency: f64,
    pub(super) original_context: f64,
}

impl Config {
    /// Reads and checks `config.json` of a model folder.
    ///
    /// # Errors
    /// Fails if the file is missing, malformed, or describes a model other than Llama.
    pub fn read(folder: &Path) -> Result<Self, LoadError> {
        let path = folder.join("config.json");
        let file: File =
            serde_json::from_slice(&read(&path)?).map_err(|error| LoadError::new(&path, error))?;
        file.check()
            .map_err(|problem| LoadError::new(&path, problem))
    }
}

/// One number or a list of numbers, as in `eos_token_id`.
#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum OneOrMany {
    One(u32),
    Many(Vec<u32>),
}

impl From<OneOrMany> for Vec<u32> {
    fn from(value: OneOrMany) -> Self {
        match value {
            OneOrMany::One(one) => vec![one],
            OneOrMany::Many(many) => many,
        }
    }
}

/// The raw file.
#[derive(Deserialize)]
struct File {
    model_type: Option<String>,
    hidden_act: Option<String>,
    vocab_size: usize,
    hidden_size: usize,
    intermediate_size: usize,
    num_hidden_layers: usize,
    num_attention_heads: usize,
    num_key_value_heads: Option<usize>,
    head_dim: Option<usize>,
    max_position_embeddings: usize,
    rms_norm_eps: f64,
    rope_theta: Option<f64>,
    rope_scaling: Option<RopeFile>,
    /// The newer location of `rope_theta` and `rope_scaling`.
    rope_parameters: Option<RopeFile>,
    sliding_window: Option<usize>,
    #[serde(default)]
    tie_word_embeddings: bool,
    #[serde(default)]
    attention_bias: bool,
    #[serde(default)]
    mlp_bias: bool,
    eos_token_id: Option<OneOrMany>,
}

#[derive(Deserialize)]
struct RopeFile {
    rope_type: Option<String>,
    /// The older name, sometimes beside the newer one.
    r#type: Option<String>,
    rope_theta: Option<f64>,
    factor: Option<f64>,
    low_freq_factor: Option<f64>,
    high_freq_factor: Option<f64>,
    original_max_position_embeddings: Option<f64>,
}

impl File {
    fn check(self) -> Result<Config, String> {
        match self.model_type.as_deref() {
            None | Some("llama" | "mistral") => {}
            Some(other) => return Err(format!("`model_type` is {other:?}, not \"llama\"")),
        }
        if let Some(other) = self.hidden_act.as_deref().filter(|name| *name != "silu") {
            return Err(format!(
                "`hidden_act` is {other:?}, only \"silu\" is supported"
            ));
        }
        if self.sliding_window.is_some() {
            return Err("`sliding_window` is not supported".to_owned());
        }
        let key_value_heads = self.num_key_value_heads.unwrap_or(self.num_attention_heads);
        for (name, value) in [
            ("vocab_size", self.vocab_size),
            ("hidden_size", self.hidden_size),
            ("intermediate_size", self.intermediate_size),
            ("num_hidden_layers", self.num_hidden_layers),
            ("num_attention_heads", self.num_attention_heads),
            ("num_key_value_heads", key_value_heads),
            ("max_position_embeddings", self.max_position_embeddings),
        ] {
            if value == 0 {
                return Err(format!("`{name}` is 0"));
            }
        }
        if !self.num_attention_heads.is_multiple_of(key_value_heads) {
            return Err(format!(
                "`num_attention_heads` is {}, not a multiple of `num_key_value_heads`, {key_value_heads}",
                self.num_attention_heads
            ));
        }
        let head = self
            .head_dim
            .unwrap_or(self.hidden_size / self.num_attention_heads);
        if head == 0 || !head.is_multiple_of(2) {
            return Err(format!("`head_dim` is {head}, not an even number above 0"));
        }
        let rope = rope(self.rope_theta, self.rope_parameters.or(self.rope_scaling))?;
        Ok(Config {
            vocabulary: self.vocab_size,
            hidden: self.hidden_size,
            intermediate: self.intermediate_size,
            layers: self.num_hidden_layers,
            heads: self.num_attention_heads,
            key_value_heads,
            head,
            context: self.max_position_embeddings,
            norm_epsilon: self.rms_norm_eps,
            rope,
            tied_embeddings: self.tie_word_embeddings,
            attention_bias: self.attention_bias,
            mlp_bias: self.mlp_bias,
            end_tokens: self.eos_token_id.map_or_else(Vec::new, Vec::from),
        })
    }
}

fn rope(theta: Option<f64>, file: Option<RopeFile>) -> Result<Rope, String> {
    // The default for the original models, whose files omit it.
    const DEFAULT_THETA: f64 = 10_000.0;
    let Some(file) = file else {
        let theta = theta.unwrap_or(DEFAULT_THETA);
        return Ok(Rope {
            theta,
            llama3: None,
        });
    };
    let llama3 = match file.rope_type.or(file.r#type).as_deref() {
        None | Some("default") => None,
        Some("llama3") => {
            let need = |name: &str, value: Option<f64>| {
                value.ok_or_else(|| format!("the rotary scaling \"llama3\" lacks `{name}`"))
            };
            Some(Llama3Scaling {
                factor: need("factor", file.factor)?,
                low_frequency: need("low_freq_factor", file.low_freq_factor)?,
                high_frequency: need("high_freq_factor", file.high_freq_factor)?,
                original_context: need(
                    "original_max_position_embeddings",
                    file.original_max_position_embeddings,
                )?,
            })
        }
        Some(other) => {
            return Err(format!(
                "`rope_type` is {other:?} in `rope_scaling` or `rope_parameters`; \
                 only \"default\" and \"llama3\" are supported"
            ));
        }
    };
    let theta = theta.or(file.rope_theta).unwrap_or(DEFAULT_THETA);
    Ok(Rope { theta, llama3 })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(extra: &str) -> Result<Config, String> {
        let text = format!(
            r#"{{"vocab_size": 8, "hidden_size": 16, "intermediate_size": 8, "num_hidden_layers": 1,
            "num_attention_heads": 4, "max_position_embeddings": 32, "rms_norm_eps": 1e-5{extra}}}"#
        );
        serde_json::from_str::<File>(&text).unwrap().check()
    }

    #[test]
    fn what_is_absent_has_the_original_meaning() {
        let config = parse("").unwrap();
        assert_eq!(config.key_value_heads, 4);
        assert_eq!(config.head, 4);
        assert_eq!(
            config.rope,
            Rope {
                theta: 10_000.0,
                llama3: None
            }
        );
        assert!(config.end_tokens.is_empty());
    }

    #[test]
    fn end_tokens_are_one_or_many() {
        assert_eq!(parse(r#", "eos_token_id": 2"#).unwrap().end_tokens, [2]);
        assert_eq!(
            parse(r#", "eos_token_id": [2, 5]"#).unwrap().end_tokens,
            [2, 5]
        );
    }

    #[test]
    fn scaling_is_read_from_both_places() {
        let scaling = r#""factor": 8, "low_freq_factor": 1, "high_freq_factor": 4,
            "original_max_position_embeddings": 16"#;
        let old = parse(&format!(
            r#", "rope_theta": 5e5, "rope_scaling": {{"type": "llama3", {scaling}}}"#
        ));
        let new = parse(&format!(
            r#", "rope_parameters": {{"rope_theta": 5e5, "rope_type": "llama3", {scaling}}}"#
        ));
        assert_eq!(old, new);
        assert!(old.unwrap().rope.llama3.is_some());
    }

    #[test]
    fn what_is_not_supported_is_named() {
        for (extra, name) in [
            (r#", "rope_scaling": {"rope_type": "yarn"}"#, "rope_scaling"),
            (
                r#", "rope_scaling": {"type": "llama3", "rope_type": "llama3"}"#,
                "factor",
            ),
            (r#", "model_type": "gpt2""#, "model_type"),
            (r#", "hidden_act": "gelu""#, "hidden_act"),
            (r#", "sliding_window": 8"#, "sliding_window"),
            (r#", "num_key_value_heads": 3"#, "num_key_value_heads"),
            (r#", "head_dim": 5"#, "head_dim"),
        ] {
            let problem = parse(extra).unwrap_err();
            assert!(problem.contains(name), "{problem}");
        }
    }
}
