//! `POST /completions`: the older API, which continues a text.

use std::collections::BTreeMap;

use avocet::extract::Body;
use avocet::operation::Operation;
use avocet::prelude::*;
use avocet::response::{Either, Sse};
use avocet::route::Route;
use futures_util::StreamExt as _;
use futures_util::future::try_join_all;

use super::chat::finish_reason;
use super::options::{SamplingOptions, Stop, StreamOptions, TextInput};
use super::until_done::UntilDone;
use super::usage::OpenAiUsage;
use crate::catalog::Catalog;
use crate::generate::{
    Delta, Deltas, GenerateError, GenerateRequest, Generated, Prompt, TokenLogprob, Usage, merged,
    start,
};
use crate::identity::Identity;

/// A text to continue.
///
/// Unknown fields are ignored.
#[model(input, name = "OpenAiCompletionRequest")]
struct CompletionRequest {
    /// The name of a model.
    model: String,
    /// One or several texts, as strings or as tokens.
    prompt: TextInput,
    /// Whether the response is a stream of chunks.
    stream: Option<bool>,
    /// Options of the stream.
    stream_options: Option<StreamOptions>,
    /// The number of continuations of each text.
    #[field(ge = 1, le = 16)]
    n: Option<u32>,
    /// The maximum number of tokens in the response.
    #[field(ge = 1)]
    max_tokens: Option<u32>,
    /// Texts that end the response; it does not contain them.
    stop: Option<Stop>,
    /// How tokens are chosen.
    #[serde(flatten)]
    sampling: SamplingOptions,
    /// The number of alternatives of each token that are reported with their probabilities.
    #[field(le = 5)]
    logprobs: Option<u8>,
    /// Whether the response begins with the text; not supported.
    echo: Option<bool>,
    /// The text after the continuation; not supported.
    suffix: Option<String>,
}

/// A continuation, or a part of one.
#[model(output, name = "OpenAiCompletion")]
struct Completion {
    /// The id of the completion, the same in all chunks.
    id: String,
    /// Always `text_completion`.
    object: &'static str,
    /// When it was created, in seconds since 1970.
    created: u64,
    /// The model.
    model: String,
    /// The continuations.
    choices: Vec<CompletionChoice>,
    /// The tokens used.
    #[serde(skip_serializing_if = "Option::is_none")]
    usage: Option<OpenAiUsage>,
}

/// A continuation, or a part of one.
#[model(output, name = "OpenAiCompletionChoice")]
struct CompletionChoice {
    /// Counts the continuations of all texts, from 0.
    index: u32,
    /// The text.
    text: String,
    /// The probabilities of its tokens.
    logprobs: Option<CompletionLogprobs>,
    /// Why it ends: `stop`, `length` or `content_filter`.
    finish_reason: Option<&'static str>,
}

/// The probabilities of tokens.
#[model(output, name = "OpenAiCompletionLogprobs")]
struct CompletionLogprobs {
    /// The tokens.
    tokens: Vec<String>,
    /// The natural logarithms of their probabilities.
    token_logprobs: Vec<f32>,
    /// The most likely tokens at each position.
    top_logprobs: Vec<BTreeMap<String, f32>>,
    /// Where each token begins in the text that has this object, in characters.
    text_offset: Vec<usize>,
}

/// An event of the stream.
type CompletionEvent = UntilDone<Completion>;

type CompletionResponse = Either<Completion, Sse<CompletionEvent, GenerateError>>;

pub(super) fn route(models: Catalog) -> Route {
    let operation = Operation::post("/completions")
        .id("create_completion")
        .summary("Continue a text")
        .description(
            "The response is one object or, with `stream`, server-sent events: chunks, and `[DONE]` at the end.",
        );
    operation.handle((Body::new(),), move |(request,)| {
        let models = models.clone();
        async move { complete(&models, request).await }
    })
}

async fn complete(
    models: &Catalog,
    request: CompletionRequest,
) -> Result<CompletionResponse, GenerateError> {
    let model = models.language_model(&request.model)?;
    let is_stream = request.stream == Some(true);
    let options = request.stream_options.as_ref();
    let include_usage = options.is_some_and(|options| options.include_usage == Some(true));
    let (each, logprobs) = (request.n.unwrap_or(1), request.logprobs.is_some());
    let identity = Identity::new("cmpl-", request.model.clone());

    let mut started: Vec<Deltas> = Vec::new();
    for request in request.generate()? {
        started.extend(start(model, request, each).await?);
    }
    if !is_stream {
        let whole = try_join_all(started.into_iter().map(Generated::collect)).await?;
        let usage = usage(whole.iter().map(|response| response.usage), each);
        let choices = (0..).zip(whole).map(|(index, response)| CompletionChoice {
            index,
            logprobs: logprobs.then(|| response.logprobs.into()),
            finish_reason: Some(finish_reason(&response.reason)),
            text: response.text,
        });
        let completion = completion(&identity, choices.collect(), Some(usage));
        return Ok(Either::Left(completion));
    }
    let mut deltas = merged(started);
    Ok(Either::Right(Sse::new(avocet::stream! {
        let mut usages = BTreeMap::new();
        while let Some((index, delta)) = deltas.next().await {
            let delta = delta?;
            if let Delta::Done(done) = &delta {
                usages.insert(index, done.usage);
            }
            if let Some(choice) = chunk(index, delta, logprobs) {
                yield CompletionEvent::Chunk(completion(&identity, vec![choice], None));
            }
        }
        if include_usage {
            let usage = usage(usages.into_values(), each);
            yield CompletionEvent::Chunk(completion(&identity, Vec::new(), Some(usage)));
        }
        yield CompletionEvent::Done;
    })))
}

/// Returns the counts of all continuations, of which this number have the same text.
fn usage(usages: impl Iterator<Item = Usage>, each: u32) -> Usage {
    let mut total = Usage::default();
    for (index, usage) in (0..).zip(usages) {
        total += usage;
        if index % each != 0 {
            total.prompt_tokens -= usage.prompt_tokens;
            total.cached_tokens -= usage.cached_tokens;
        }
    }
    total
}

fn completion(
    identity: &Identity,
    choices: Vec<CompletionChoice>,
    usage: Option<Usage>,
) -> Completion {
    Completion {
        id: identity.id.clone(),
        object: "text_completion",
        created: identity.created,
        model: identity.model.clone(),
        choices,
        usage: usage.map(OpenAiUsage::from),
    }
}

/// Returns the part of a continuation that a delta stands for.
fn chunk(index: u32, delta: Delta, logprobs: bool) -> Option<CompletionChoice> {
    let (text, tokens, reason) = match delta {
        Delta::Text(piece) => (piece.text, piece.logprobs, None),
        Delta::Done(done) => (String::new(), Vec::new(), Some(done.reason)),
        _ => return None,
    };
    Some(CompletionChoice {
        index,
        text,
        logprobs: (logprobs && !tokens.is_empty()).then(|| tokens.into()),
        finish_reason: reason.as_ref().map(finish_reason),
    })
}

impl CompletionRequest {
    /// Returns a request for each text.
    fn generate(self) -> Result<Vec<GenerateRequest>, GenerateError> {
        if self.echo == Some(true) {
            let message = "the text is not repeated; send `false`";
            return Err(GenerateError::unsupported("echo", message));
        }
        if self.suffix.is_some_and(|suffix| !suffix.is_empty()) {
            let message = "text is not inserted before a suffix; leave it out";
            return Err(GenerateError::unsupported("suffix", message));
        }
        let prompts = match self.prompt {
            TextInput::Text(text) => vec![Prompt::Text(text)],
            TextInput::Texts(texts) => texts.0.into_iter().map(Prompt::Text).collect(),
            TextInput::Tokens(tokens) => vec![Prompt::Tokens(tokens.0)],
            TextInput::TokenLists(lists) => lists.0.into_iter().map(Prompt::Tokens).collect(),
        };
        let mut request = GenerateRequest::new(self.model, Prompt::Tokens(Vec::new()));
        // The API's own default, because a text without a conversation has no natural end.
        request.max_tokens = Some(self.max_tokens.unwrap_or(16));
        request.stop = self.stop.map(Stop::texts).unwrap_or_default();
        request.top_logprobs = self.logprobs;
        request.sampling = self.sampling.into();
        let requests = prompts.into_iter().map(|prompt| GenerateRequest {
            prompt,
            ..request.clone()
        });
        Ok(requests.collect())
    }
}

impl From<Vec<TokenLogprob>> for CompletionLogprobs {
    fn from(tokens: Vec<TokenLogprob>) -> Self {
        let mut logprobs = Self {
            tokens: Vec::new(),
            token_logprobs: Vec::new(),
            top_logprobs: Vec::new(),
            text_offset: Vec::new(),
        };
        let mut offset = 0;
        for token in tokens {
            let top = token.top.into_iter().map(|top| (top.token, top.logprob));
            logprobs.top_logprobs.push(top.collect());
            logprobs.token_logprobs.push(token.logprob);
            logprobs.text_offset.push(offset);
            offset += token.token.chars().count();
            logprobs.tokens.push(token.token);
        }
        logprobs
    }
}
