//! `POST /responses`, and the routes of stored responses.

mod background;
mod draft;
mod error;
mod event;
mod format;
mod item;
mod output;
mod request;
mod response;
mod runs;
mod store;
mod stored;
mod tool;

use std::collections::BTreeMap;

use avocet::extract::{Body, Request};
use avocet::operation::Operation;
use avocet::response::{Either, Sse};
use avocet::route::Route;
use avocet::serve::ShutdownSignal;
use futures_util::StreamExt as _;

pub(super) use self::background::BackgroundResponses;
use self::background::begin;
use self::draft::Draft;
use self::error::ResponsesError;
use self::event::ResponseEvent;
use self::item::{Item, response_of};
use self::request::{Parts, ResponseRequest};
use self::response::{ResponseFailure, ResponseObject, ResponseStatus};
pub(super) use self::store::ResponseStore;
pub(super) use self::stored::routes;
use crate::catalog::Catalog;
use crate::generate::GenerateError;

type ResponseReply = Either<ResponseObject, Sse<ResponseEvent, ResponsesError>>;

/// The maximum number of responses that the references of a request's items may need.
const REFERENCES: usize = 16;

pub(super) fn route(models: Catalog, store: Option<ResponseStore>) -> Route {
    let operation = Operation::post("/responses")
        .id("create_response")
        .summary("Continue a conversation, which can be stored")
        .description(
            "The response is one object or, with `stream`, server-sent events that end with `response.completed`, `response.incomplete` \
             or `response.failed`. Unknown fields are ignored.",
        );
    let arguments = (Request::<ShutdownSignal>::new(), Body::new());
    operation.handle(arguments, move |(signal, request)| {
        let (models, store) = (models.clone(), store.clone());
        async move { respond(&models, store, &signal, request).await }
    })
}

async fn respond(
    models: &Catalog,
    store: Option<ResponseStore>,
    signal: &ShutdownSignal,
    request: ResponseRequest,
) -> Result<ResponseReply, ResponsesError> {
    let model = models.language_model(&request.model)?.clone();
    check(&request, store.as_ref())?;
    let is_stream = request.stream == Some(true);
    let is_stored = request.store != Some(false) && store.is_some();
    let mut parts = request.parts()?;
    parts.response.store = is_stored;
    let items = conversation(store.as_ref(), &mut parts).await?;
    parts.converse(items)?;
    let Parts {
        generate: request,
        response,
        items,
    } = parts;
    let slot = match &store {
        Some(store) if is_stored => Some(store.slot(&response.id, &items)?),
        _ => None,
    };
    if let (true, Some(store), Some(slot)) = (response.background, store, &slot) {
        let slot = slot.clone();
        let response = background::run(store, slot, signal, (model, request), response).await?;
        return Ok(Either::Left(response));
    }

    let logprobs = request.top_logprobs.is_some();
    let mut deltas = begin(&model, request).await?;
    let mut draft = Draft::new(response, logprobs);
    if !is_stream {
        while let Some(delta) = deltas.next().await {
            draft.add(delta?);
        }
        if let Some(slot) = slot {
            slot.put(draft.response()).await?;
        }
        return Ok(Either::Left(draft.into_response()));
    }
    Ok(Either::Right(Sse::new(avocet::stream! {
        for event in draft.begin() {
            yield event;
        }
        while let Some(delta) = deltas.next().await {
            for event in draft.add_or_fail(delta) {
                yield event;
            }
        }
        // Stored before the last event, so that a client which has read that can continue the response.
        if let Some(slot) = slot
            && let Err(error) = slot.put(draft.response()).await
        {
            draft.interrupt(ResponseStatus::Failed, Some(ResponseFailure::new(error)));
        }
        yield draft.end();
    })))
}

/// Rejects options that contradict each other, or that the service does not have.
fn check(request: &ResponseRequest, store: Option<&ResponseStore>) -> Result<(), ResponsesError> {
    let is_background = request.background == Some(true);
    if store.is_none() {
        if request.previous_response_id.is_some() {
            return Err(ResponsesError::no_store("previous_response_id"));
        }
        if is_background {
            return Err(ResponsesError::no_store("background"));
        }
    }
    if is_background && request.store == Some(false) {
        let message = "a response with `background` is stored; send `true`";
        return Err(GenerateError::invalid("store", message).into());
    }
    if is_background && request.stream == Some(true) {
        let message =
            "cannot be combined with `background`; retrieve the response until it has ended";
        return Err(GenerateError::unsupported("stream", message).into());
    }
    Ok(())
}

/// Returns the items before the response: those of the response that it continues, and those of the request.
async fn conversation(
    store: Option<&ResponseStore>,
    parts: &mut Parts,
) -> Result<Vec<Item>, ResponsesError> {
    let mut items = Vec::new();
    if let (Some(store), Some(id)) = (store, &parts.response.previous_response_id) {
        const PARAM: &str = "previous_response_id";
        let earlier = store.load(PARAM, id).await?;
        if !earlier.response.is_over() {
            return Err(GenerateError::invalid(PARAM, "the response is not over yet").into());
        }
        items = earlier.input;
        items.extend(earlier.response.output.into_iter().map(Item::from));
    }
    let mut outputs: BTreeMap<String, Vec<Item>> = BTreeMap::new();
    for (index, item) in std::mem::take(&mut parts.items).into_iter().enumerate() {
        if let Item::Reference { id } = &item {
            let store = store.ok_or_else(|| ResponsesError::no_store("input"))?;
            items.push(referenced(store, &mut outputs, id).await?);
        } else {
            items.extend(item.stored(&parts.response.id, index));
        }
    }
    Ok(items)
}

/// Returns the item of a stored response's output. `outputs` has those that were read before.
async fn referenced(
    store: &ResponseStore,
    outputs: &mut BTreeMap<String, Vec<Item>>,
    id: &str,
) -> Result<Item, ResponsesError> {
    let not_found = || ResponsesError::NotFound {
        param: "input",
        id: id.to_owned(),
    };
    let response = response_of(id).ok_or_else(not_found)?;
    if !outputs.contains_key(&response) {
        if outputs.len() == REFERENCES {
            let message = format_args!(
                "the references need more than {REFERENCES} stored responses; use `previous_response_id`"
            );
            return Err(GenerateError::invalid("input", message).into());
        }
        let stored = store.load("input", &response).await?;
        let output = stored.response.output.into_iter().map(Item::from);
        outputs.insert(response.clone(), output.collect());
    }
    let mut items = outputs[&response].iter();
    items
        .find(|item| item.id() == id)
        .cloned()
        .ok_or_else(not_found)
}
