//! A model that plays a script, and a client of a service that has it.

use std::sync::{Arc, Mutex};

use avocet::prelude::*;
use avocet::testing::{TestClient, TestResponse};
use avocet_ai::embed::{EmbedInput, EmbedRequest, Embedded, EmbeddingModel};
use avocet_ai::generate::{
    Delta, Deltas, Done, FinishReason, GenerateError, GenerateRequest, LanguageModel, Prompt,
    TokenLogprob, TopLogprob, Usage, deltas,
};
use avocet_ai::{Anthropic, Catalog, OpenAi};
use serde_json::{Value, json};

/// Plays the same deltas for each request, and records the requests.
#[derive(Clone, Default)]
pub(crate) struct Script {
    deltas: Arc<Vec<Delta>>,
    pub(crate) requests: Arc<Mutex<Vec<GenerateRequest>>>,
}

impl Script {
    pub(crate) fn new(deltas: impl IntoIterator<Item = Delta>) -> Self {
        Self {
            deltas: Arc::new(deltas.into_iter().collect()),
            requests: Arc::default(),
        }
    }

    /// Plays a text in pieces.
    pub(crate) fn text(pieces: &[&str]) -> Self {
        let usage = Usage {
            prompt_tokens: 7,
            cached_tokens: 0,
            completion_tokens: u32::try_from(pieces.len()).unwrap(),
        };
        let prompt = Delta::Prompt {
            tokens: 7,
            cached: 0,
        };
        let done = Delta::Done(Done {
            reason: FinishReason::Stop,
            usage,
        });
        let pieces = pieces.iter().map(|piece| Delta::text(*piece));
        Self::new([prompt].into_iter().chain(pieces).chain([done]))
    }

    /// Plays two calls of tools.
    pub(crate) fn tools() -> Self {
        let call = |index, id: &str, name: &str| Delta::ToolCall {
            index,
            id: id.to_owned(),
            name: name.to_owned(),
        };
        let arguments = |index, json: &str| Delta::ToolArguments {
            index,
            json: json.to_owned(),
        };
        Self::new([
            Delta::Prompt {
                tokens: 20,
                cached: 4,
            },
            call(0, "call_1", "weather"),
            arguments(0, r#"{"city":"#),
            arguments(0, r#""Ghent"}"#),
            call(1, "call_2", "time"),
            arguments(1, "{}"),
            Delta::Done(Done {
                reason: FinishReason::ToolCalls,
                usage: Usage {
                    prompt_tokens: 20,
                    cached_tokens: 4,
                    completion_tokens: 12,
                },
            }),
        ])
    }

    /// Returns the only request.
    pub(crate) fn request(&self) -> GenerateRequest {
        let requests = self.requests.lock().unwrap();
        assert_eq!(requests.len(), 1, "{requests:?}");
        requests[0].clone()
    }
}

impl LanguageModel for Script {
    async fn generate(&self, request: GenerateRequest) -> Result<Deltas, GenerateError> {
        if let Prompt::Messages(messages) = &request.prompt {
            for message in messages {
                message.text().map_err(|content| {
                    let kind = content.kind();
                    GenerateError::unsupported(
                        "messages",
                        format_args!("the model reads no {kind}"),
                    )
                })?;
            }
        }
        self.requests.lock().unwrap().push(request);
        let script = Arc::clone(&self.deltas);
        Ok(deltas(stream! {
            for delta in script.iter().cloned() {
                yield delta;
            }
        }))
    }

    async fn count_tokens(&self, _: GenerateRequest) -> Result<u32, GenerateError> {
        Ok(7)
    }
}

/// Embeds a text as its length and 1.
pub(crate) struct Lengths;

impl EmbeddingModel for Lengths {
    async fn embed(&self, request: EmbedRequest) -> Result<Embedded, GenerateError> {
        let lengths = request.inputs.iter().map(|input| match input {
            EmbedInput::Text(text) => text.len(),
            EmbedInput::Tokens(tokens) => tokens.len(),
            _ => 0,
        });
        let lengths: Vec<usize> = lengths.collect();
        let tokens = u32::try_from(lengths.iter().sum::<usize>()).unwrap();
        #[expect(clippy::cast_precision_loss, reason = "the texts are short")]
        let vectors = lengths.iter().map(|length| vec![*length as f32, 1.0]);
        Ok(Embedded {
            vectors: vectors.collect(),
            tokens,
        })
    }
}

/// Returns a token with one alternative.
pub(crate) fn token(text: &str, logprob: f32) -> TokenLogprob {
    TokenLogprob {
        token: text.to_owned(),
        bytes: text.as_bytes().to_vec(),
        logprob,
        top: vec![TopLogprob {
            token: text.to_owned(),
            bytes: text.as_bytes().to_vec(),
            logprob,
        }],
    }
}

/// Serves the script as `script`, and the lengths as `lengths`.
pub(crate) fn client(script: &Script) -> TestClient {
    let models = Catalog::new()
        .language("script", script.clone())
        .embedding("lengths", Lengths);
    let app = App::new("Models", "1.0.0")
        .plugin(OpenAi::new(models.clone()))
        .plugin(Anthropic::new(models));
    TestClient::new(app.build().unwrap())
}

/// A request of OpenAI's chat API with these members in addition.
pub(crate) fn question(members: &Value) -> Value {
    let mut body = json!({"model": "script", "messages": [{"role": "user", "content": "Hi"}]});
    for (name, value) in members.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

pub(crate) async fn post(client: &TestClient, path: &str, body: &Value) -> TestResponse {
    client.post(path).json(body).send().await
}

/// Replaces the ids and times, which differ each time.
pub(crate) fn stable(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    let prefixes = [
        "\"created\":",
        "\"created_at\":",
        "\"completed_at\":",
        "\"msg_",
        "chatcmpl-",
        "cmpl-",
        "resp_",
        "msg_",
        "fc_",
    ];
    loop {
        let next = prefixes.iter().filter_map(|prefix| {
            let at = rest.find(prefix)?;
            Some((at, at + prefix.len()))
        });
        let Some((_, end)) = next.min() else {
            return out + rest;
        };
        out.push_str(&rest[..end]);
        rest = rest[end..]
            .trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_');
        out.push('#');
    }
}
