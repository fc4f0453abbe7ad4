//! `POST /chat/completions`.

mod chunk;
mod request;
mod response;

use avocet::extract::Body;
use avocet::operation::Operation;
use avocet::response::{Either, Sse};
use avocet::route::Route;
use futures_util::StreamExt as _;
use futures_util::future::try_join_all;

use self::chunk::{ChatEvent, Chunks};
use self::request::ChatCompletionRequest;
use self::response::ChatCompletion;
pub(super) use self::response::finish_reason;
use super::usage::total;
use crate::catalog::Catalog;
use crate::generate::{Delta, GenerateError, Generated, merged, start};
use crate::identity::Identity;

type ChatResponse = Either<ChatCompletion, Sse<ChatEvent, GenerateError>>;

pub(super) fn route(models: Catalog) -> Route {
    let operation = Operation::post("/chat/completions")
        .id("create_chat_completion")
        .summary("Continue a conversation")
        .description(
            "The response is one object or, with `stream`, server-sent events: chunks, and `[DONE]` at the end. \
             Unknown fields are ignored.",
        );
    operation.handle((Body::new(),), move |(request,)| {
        let models = models.clone();
        async move { complete(&models, request).await }
    })
}

async fn complete(
    models: &Catalog,
    request: ChatCompletionRequest,
) -> Result<ChatResponse, GenerateError> {
    let model = models.language_model(&request.model)?;
    let (is_stream, responses) = (request.stream == Some(true), request.n.unwrap_or(1));
    let options = request.stream_options.as_ref();
    let include_usage = options.is_some_and(|options| options.include_usage == Some(true));
    let identity = Identity::new("chatcmpl-", request.model.clone());
    let request = request.generate()?;
    let logprobs = request.top_logprobs.is_some();

    let started = start(model, request, responses).await?;
    if !is_stream {
        let whole = try_join_all(started.into_iter().map(Generated::collect)).await?;
        return Ok(Either::Left(ChatCompletion::new(identity, whole, logprobs)));
    }
    let mut chunks = Chunks::new(identity, responses, logprobs);
    let mut deltas = merged(started);
    Ok(Either::Right(Sse::new(avocet::stream! {
        let mut usages = Vec::new();
        while let Some((index, delta)) = deltas.next().await {
            let delta = delta?;
            if let Delta::Done(done) = &delta {
                usages.push(done.usage);
            }
            for chunk in chunks.of(index, delta) {
                yield chunk;
            }
        }
        if include_usage {
            yield chunks.usage(total(usages));
        }
        yield ChatEvent::Done;
    })))
}
