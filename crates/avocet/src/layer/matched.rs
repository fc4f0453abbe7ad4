//! The result of the lookup of a request, on its way through layers.

use std::sync::Arc;

use http::{Method, Uri};

use crate::extract::ReceivedBody;
use crate::operation::Operation;
use crate::path::Lookup;

/// The result of a lookup. Between a layer's requests that are plain ones, it is in their extensions.
#[derive(Clone, Debug)]
pub(crate) struct Matched {
    operations: Arc<[Operation]>,
    lookup: Lookup,
    /// What was looked up, kept before a layer can change it.
    looked_up: Option<(Method, Uri)>,
}

impl Matched {
    pub(super) fn new(lookup: Lookup, operations: &Arc<[Operation]>) -> Self {
        Self {
            operations: Arc::clone(operations),
            lookup,
            looked_up: None,
        }
    }

    /// Notes what was looked up, before a layer changes the request.
    pub(super) fn before_changes(&mut self, request: &http::Request<ReceivedBody>) {
        if self.looked_up.is_none() {
            self.looked_up = Some((request.method().clone(), request.uri().clone()));
        }
    }

    /// Returns the result, unless a layer has changed the method or the path.
    pub(super) fn lookup_of(self, request: &http::Request<ReceivedBody>) -> Option<Lookup> {
        let is_same = self.looked_up.is_none_or(|(method, uri)| {
            method == *request.method() && uri.path() == request.uri().path()
        });
        is_same.then_some(self.lookup)
    }

    pub(super) fn operation(&self) -> Option<&Operation> {
        match self.lookup {
            Lookup::Found { route, .. } => self.operations.get(route),
            Lookup::WrongMethod { .. } | Lookup::Missing | Lookup::Malformed => None,
        }
    }
}
