//! `ResponseStore`: the responses that clients can continue and retrieve.

use std::time::Duration;

use avocet::context::Context;
use avocet::input::from_json;
use avocet::read::ValidationErrors;
use avocet_store::{Error, Limit, Namespace, Version};

use super::error::ResponsesError;
use super::item::Item;
use super::response::{ResponseFailure, ResponseObject, ResponseStatus};
use super::runs::Runs;

/// The stored responses of all callers.
#[derive(Clone)]
pub(in super::super) struct ResponseStore {
    responses: Namespace,
    ttl: Duration,
    pub(super) runs: Runs,
}

/// A stored response.
pub(super) struct Stored {
    pub(super) response: ResponseObject,
    /// The conversation before the response.
    pub(super) input: Vec<Item>,
}

/// Where a response will be stored, with its conversation as JSON.
#[derive(Clone)]
pub(super) struct Slot {
    store: ResponseStore,
    pub(super) key: String,
    input: String,
}

impl ResponseStore {
    pub(in super::super) fn new(responses: Namespace, ttl: Duration, background: usize) -> Self {
        Self {
            responses,
            ttl,
            runs: Runs::new(background),
        }
    }

    /// Returns a response of the current caller.
    pub(super) async fn load(
        &self,
        param: &'static str,
        id: &str,
    ) -> Result<Stored, ResponsesError> {
        let stored = self.find(&key(param, id)?).await?;
        let (stored, _) = stored.ok_or_else(|| not_found(param, id))?;
        Ok(stored)
    }

    /// Deletes a response of the current caller; one that is generated is cancelled.
    pub(super) async fn delete(&self, param: &'static str, id: &str) -> Result<(), ResponsesError> {
        let key = key(param, id)?;
        if !self.responses.delete(&key).await? {
            return Err(not_found(param, id));
        }
        self.runs.cancel(&key);
        Ok(())
    }

    /// Ends the response of a key, unless it is over. Returns the response, or `None` if the key has none.
    pub(super) async fn end(
        &self,
        key: &str,
        status: ResponseStatus,
        error: Option<ResponseFailure>,
    ) -> Result<Option<ResponseObject>, ResponsesError> {
        while let Some((stored, version)) = self.find(key).await? {
            let mut response = stored.response;
            if response.is_over() {
                return Ok(Some(response));
            }
            response.status = status;
            response.error.clone_from(&error);
            let value = value(&response, &json(&stored.input)?)?;
            let written = self
                .responses
                .put_if_version(key, version, value, self.ttl)
                .await?;
            if written.is_some() {
                return Ok(Some(response));
            }
        }
        Ok(None)
    }

    /// Returns where to store a response of the current caller.
    ///
    /// # Errors
    /// If the conversation alone is larger than a value may be.
    pub(super) fn slot(&self, id: &str, input: &[Item]) -> Result<Slot, ResponsesError> {
        let slot = Slot {
            store: self.clone(),
            key: key("id", id)?,
            input: json(input)?,
        };
        let config = self.responses.config();
        let (bytes, bound) = (slot.input.len() as u64, config.bound(Limit::ValueBytes));
        if bytes > bound {
            return Err(config.exceeded(&slot.key, Limit::ValueBytes, bytes).into());
        }
        Ok(slot)
    }

    async fn find(&self, key: &str) -> Result<Option<(Stored, Version)>, ResponsesError> {
        let Some(entry) = self.responses.get(key).await? else {
            return Ok(None);
        };
        let line_end = entry.value.iter().position(|byte| *byte == b'\n');
        let (response, input) = entry.value.split_at(line_end.unwrap_or(entry.value.len()));
        let unreadable =
            |errors: ValidationErrors| Error::backend("read a response", errors.to_string());
        let stored = Stored {
            response: from_json(response).map_err(unreadable)?,
            input: from_json(input).map_err(unreadable)?,
        };
        Ok(Some((stored, entry.version)))
    }
}

impl Slot {
    /// Stores a response.
    pub(super) async fn put(&self, response: &ResponseObject) -> Result<Version, ResponsesError> {
        let value = value(response, &self.input)?;
        let store = &self.store;
        Ok(store.responses.put(&self.key, value, store.ttl).await?)
    }

    /// Stores a response in place of a version of it. Returns `None` if it was cancelled or deleted.
    pub(super) async fn replace(
        &self,
        version: Version,
        response: &ResponseObject,
    ) -> Result<Option<Version>, ResponsesError> {
        let value = value(response, &self.input)?;
        let store = &self.store;
        let written = store
            .responses
            .put_if_version(&self.key, version, value, store.ttl);
        Ok(written.await?)
    }
}

/// Returns the key of a response of the current caller. An id contains no `/`, so the keys of two callers are never equal.
pub(super) fn key(param: &'static str, id: &str) -> Result<String, ResponsesError> {
    let is_id = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    if !id.starts_with("resp_") || !id.bytes().all(is_id) {
        return Err(not_found(param, id));
    }
    Ok(match Context::current().caller() {
        Some(caller) => format!("{caller}/{id}"),
        None => id.to_owned(),
    })
}

/// Returns what is stored: two lines of JSON. Neither value is nested deeper than in the request, so it can be read again.
fn value(response: &ResponseObject, input: &str) -> Result<String, ResponsesError> {
    Ok(format!("{}\n{input}", json(response)?))
}

fn json<T: serde::Serialize + ?Sized>(value: &T) -> Result<String, ResponsesError> {
    let text = serde_json::to_string(value);
    Ok(text.map_err(|error| Error::backend("write a response", error))?)
}

fn not_found(param: &'static str, id: &str) -> ResponsesError {
    ResponsesError::NotFound {
        param,
        id: id.to_owned(),
    }
}
