//! The request of a response, and its conversion.

use std::collections::BTreeMap;

use avocet::prelude::*;
use serde_json::Value;

use super::format::TextOptions;
use super::item::{Item, ResponseInput, messages};
use super::response::{Reasoning, ResponseObject};
use super::tool::{FunctionTool, RequestedToolChoice, choose};
use crate::generate::{GenerateError, GenerateRequest, OutputFormat, Prompt, Tool};

/// A conversation to continue.
///
/// Unknown fields are ignored: clients send new ones all the time.
#[model(input, name = "OpenAiResponseRequest")]
pub(super) struct ResponseRequest {
    /// The name of a model.
    pub(super) model: String,
    /// A text of the user, or items.
    input: ResponseInput,
    /// Instructions of the operator, before the conversation. They are not part of the next response's conversation.
    instructions: Option<String>,
    /// The stored response that the input continues.
    pub(super) previous_response_id: Option<String>,
    /// Whether the response is a stream of events.
    pub(super) stream: Option<bool>,
    /// Whether the response is stored, so that others can continue it. The default is true if the service has a store.
    pub(super) store: Option<bool>,
    /// Whether the response is generated after the request.
    pub(super) background: Option<bool>,
    /// The maximum number of tokens in the response.
    #[field(ge = 1)]
    max_output_tokens: Option<u32>,
    /// 0 always takes the most likely token.
    #[field(ge = 0.0, le = 2.0)]
    temperature: Option<f32>,
    /// Only the most likely tokens with this total probability are chosen.
    #[field(ge = 0.0, le = 1.0)]
    top_p: Option<f32>,
    /// Lowers the probability of tokens that the response has.
    #[field(ge = -2.0, le = 2.0)]
    presence_penalty: Option<f32>,
    /// Lowers the probability of tokens by how often the response has them.
    #[field(ge = -2.0, le = 2.0)]
    frequency_penalty: Option<f32>,
    /// The number of alternatives of each token.
    #[field(le = 20)]
    top_logprobs: Option<u8>,
    /// What the response has in addition. `message.output_text.logprobs` adds the probabilities of tokens.
    #[field(max_items = 32)]
    include: Option<Vec<String>>,
    /// The functions that the model can call.
    #[field(max_items = 128)]
    tools: Option<Vec<FunctionTool>>,
    /// Which of them it calls.
    tool_choice: Option<RequestedToolChoice>,
    /// Whether it may call several functions at once.
    parallel_tool_calls: Option<bool>,
    /// The maximum number of calls; it is repeated in the response, and not enforced.
    max_tool_calls: Option<u32>,
    /// The format of the text.
    text: Option<TextOptions>,
    /// Options of models that reason; they are repeated in the response.
    reasoning: Option<Reasoning>,
    /// What happens to a conversation that is too long. Only `disabled` is supported: it is an error.
    truncation: Option<String>,
    /// Up to 16 texts of the client.
    #[field(max_items = 16, items(max_length = 512))]
    metadata: Option<BTreeMap<String, String>>,
    /// The end user, as the client names them.
    #[field(max_length = 64)]
    safety_identifier: Option<String>,
    /// A key of the client for the cache of prompts.
    #[field(max_length = 64)]
    prompt_cache_key: Option<String>,
    /// A conversation object; not supported.
    conversation: Option<Value>,
    /// A template of a prompt; not supported.
    prompt: Option<Value>,
}

/// The parts of a request.
pub(super) struct Parts {
    /// The request without the format of the API; its prompt is empty.
    pub(super) generate: GenerateRequest,
    /// The response before the model writes anything.
    pub(super) response: ResponseObject,
    /// The items of the request.
    pub(super) items: Vec<Item>,
}

impl ResponseRequest {
    /// Splits the request.
    pub(super) fn parts(self) -> Result<Parts, GenerateError> {
        self.check()?;
        let mut request = GenerateRequest::new(self.model, Prompt::Messages(Vec::new()));
        request.max_tokens = self.max_output_tokens;
        request.parallel_tool_calls = self.parallel_tool_calls.unwrap_or(true);
        let tools = self.tools.unwrap_or_default();
        request.tools = tools.iter().cloned().map(Tool::from).collect();
        let tool_choice = self.tool_choice.unwrap_or_default();
        choose(&mut request, &tool_choice)?;
        let text = self.text.unwrap_or_default();
        request.format = OutputFormat::from(&text);
        let includes = self.include.iter().flatten();
        let logprobs = includes.filter(|name| *name == "message.output_text.logprobs");
        let top_logprobs = self.top_logprobs.unwrap_or(0);
        request.top_logprobs = (top_logprobs > 0 || logprobs.count() > 0).then_some(top_logprobs);
        let sampling = &mut request.sampling;
        sampling.temperature = self.temperature;
        sampling.top_p = self.top_p;
        sampling.presence_penalty = self.presence_penalty;
        sampling.frequency_penalty = self.frequency_penalty;

        let response = ResponseObject {
            previous_response_id: self.previous_response_id,
            instructions: self.instructions,
            tools,
            tool_choice,
            parallel_tool_calls: request.parallel_tool_calls,
            text,
            temperature: self.temperature.unwrap_or(1.0),
            top_p: self.top_p.unwrap_or(1.0),
            presence_penalty: self.presence_penalty.unwrap_or(0.0),
            frequency_penalty: self.frequency_penalty.unwrap_or(0.0),
            top_logprobs,
            reasoning: self.reasoning,
            max_output_tokens: self.max_output_tokens,
            max_tool_calls: self.max_tool_calls,
            background: self.background.unwrap_or(false),
            metadata: self.metadata.unwrap_or_default(),
            safety_identifier: self.safety_identifier,
            prompt_cache_key: self.prompt_cache_key,
            ..ResponseObject::new(request.model.clone())
        };
        Ok(Parts {
            generate: request,
            response,
            items: self.input.items(),
        })
    }

    /// Rejects what cannot be ignored without another meaning of the request.
    fn check(&self) -> Result<(), GenerateError> {
        if self.conversation.is_some() {
            let message = "there are no conversation objects; use `previous_response_id`";
            return Err(GenerateError::unsupported("conversation", message));
        }
        if self.prompt.is_some() {
            let message = "there are no templates of prompts; use `instructions` and `input`";
            return Err(GenerateError::unsupported("prompt", message));
        }
        match self.truncation.as_deref() {
            None | Some("disabled") => {}
            Some("auto") => {
                let message = "a conversation is not truncated; send `disabled`, and fewer items";
                return Err(GenerateError::unsupported("truncation", message));
            }
            Some(other) => {
                let message = format_args!("`{other}` is neither `auto` nor `disabled`");
                return Err(GenerateError::invalid("truncation", message));
            }
        }
        let mut keys = self.metadata.iter().flatten().map(|(key, _)| key);
        match keys.find(|key| key.chars().count() > 64) {
            Some(key) => {
                let length = key.chars().count();
                let message = format_args!("a key has {length} characters, the limit is 64");
                Err(GenerateError::invalid("metadata", message))
            }
            None => Ok(()),
        }
    }
}

impl Parts {
    /// Sets the conversation: earlier items and those of the request, which have ids then.
    pub(super) fn converse(&mut self, items: Vec<Item>) -> Result<(), GenerateError> {
        let instructions = self.response.instructions.clone();
        self.generate.prompt = Prompt::Messages(messages(instructions, items.clone())?);
        self.items = items;
        Ok(())
    }
}
