//! The routes of stored responses.

use avocet::extract::{Path, Query};
use avocet::operation::Operation;
use avocet::prelude::*;
use avocet::read::Number;
use avocet::route::Route;
use avocet::rules::{Ge, Le, Rules};
use http::StatusCode;

use super::error::ResponsesError;
use super::item::Item;
use super::response::{ResponseObject, ResponseStatus};
use super::store::{ResponseStore, key};
use crate::generate::GenerateError;

/// A response that was deleted.
#[model(output, name = "OpenAiDeletedResponse")]
struct DeletedResponse {
    /// The id.
    id: String,
    /// Always `response`.
    object: &'static str,
    /// Always true.
    deleted: bool,
}

/// Items of the conversation before a response.
#[model(output, name = "OpenAiResponseItemList")]
struct ItemList {
    /// Always `list`.
    object: &'static str,
    /// The items.
    data: Vec<Item>,
    /// The id of the first item.
    first_id: Option<String>,
    /// The id of the last item.
    last_id: Option<String>,
    /// Whether more items follow.
    has_more: bool,
}

/// The order of a list.
#[model(name = "OpenAiListOrder")]
#[derive(Clone, Copy, PartialEq)]
#[serde(rename_all = "lowercase")]
enum ListOrder {
    /// Oldest first.
    Asc,
    /// Newest first.
    Desc,
}

static LIMIT: Rules = Rules::own(&[&Ge(Number::Integer(1)), &Le(Number::Integer(100))]);

pub(in super::super) fn routes(store: &ResponseStore) -> [Route; 5] {
    [
        retrieve(store),
        delete(store),
        items(store),
        cancel(store),
        compact(),
    ]
}

fn retrieve(store: &ResponseStore) -> Route {
    let operation = Operation::get("/responses/{response_id}")
        .id("retrieve_response")
        .summary("Retrieve a stored response");
    let arguments = (
        Path::<String>::new("response_id"),
        Query::<Option<bool>>::new("stream").description("Only `false` is supported."),
    );
    let store = store.clone();
    operation.handle(arguments, move |(id, stream)| {
        let store = store.clone();
        async move {
            if stream == Some(true) {
                let message = "events are not stored; retrieve the response until it is over";
                return Err(GenerateError::unsupported("stream", message).into());
            }
            let stored = store.load("response_id", &id).await?;
            Ok::<ResponseObject, ResponsesError>(stored.response)
        }
    })
}

fn delete(store: &ResponseStore) -> Route {
    let operation = Operation::delete("/responses/{response_id}")
        .id("delete_response")
        .summary("Delete a stored response");
    let store = store.clone();
    operation.handle((Path::<String>::new("response_id"),), move |(id,)| {
        let store = store.clone();
        async move {
            store.delete("response_id", &id).await?;
            Ok::<_, ResponsesError>(DeletedResponse {
                id,
                object: "response",
                deleted: true,
            })
        }
    })
}

fn items(store: &ResponseStore) -> Route {
    let operation = Operation::get("/responses/{response_id}/input_items")
        .id("list_response_input_items")
        .summary("List the conversation before a stored response");
    let arguments = (
        Path::<String>::new("response_id"),
        Query::<u16>::new("limit")
            .default(|| 20)
            .rules(&LIMIT)
            .description("The number of items."),
        Query::<ListOrder>::new("order")
            .default(|| ListOrder::Desc)
            .description("The order of the items."),
        Query::<Option<String>>::new("after")
            .description("The id of the item before the first one."),
    );
    let store = store.clone();
    operation.handle(arguments, move |(id, limit, order, after)| {
        let store = store.clone();
        async move {
            let mut items = store.load("response_id", &id).await?.input;
            if order == ListOrder::Desc {
                items.reverse();
            }
            if let Some(after) = after {
                let place = items.iter().position(|item| item.id() == after);
                let place = place.ok_or(ResponsesError::NotFound {
                    param: "after",
                    id: after,
                })?;
                items.drain(..=place);
            }
            let has_more = items.len() > limit.into();
            items.truncate(limit.into());
            let id = |item: Option<&Item>| item.map(|item| item.id().to_owned());
            Ok::<_, ResponsesError>(ItemList {
                object: "list",
                first_id: id(items.first()),
                last_id: id(items.last()),
                data: items,
                has_more,
            })
        }
    })
}

fn cancel(store: &ResponseStore) -> Route {
    let operation = Operation::post("/responses/{response_id}/cancel")
        .id("cancel_response")
        .summary("Cancel a response that is generated in the background")
        .description("The response to a cancellation of a response that is over is that response.");
    let store = store.clone();
    operation.handle((Path::<String>::new("response_id"),), move |(id,)| {
        let store = store.clone();
        async move {
            let response = store.load("response_id", &id).await?.response;
            if !response.background {
                let message = "only a response with `background` can be cancelled; close the connection of others";
                return Err(GenerateError::invalid("response_id", message).into());
            }
            let key = key("response_id", &id)?;
            // Stored first: what the run stores after it is discarded.
            let cancelled = store.end(&key, ResponseStatus::Cancelled, None).await?;
            store.runs.cancel(&key);
            cancelled.ok_or(ResponsesError::NotFound {
                param: "response_id",
                id,
            })
        }
    })
}

/// Without this route, `compact` would be the id of a response, and the response a 405: clients expect a 404 of a service that does not
/// compact conversations.
fn compact() -> Route {
    let operation = Operation::post("/responses/compact")
        .id("compact_response")
        .hidden();
    operation.handle((), |()| async {
        let message = "the service does not compact conversations";
        Err::<(), _>(HttpError::new(StatusCode::NOT_FOUND, message))
    })
}
