//! The result of the lookup of a request, on its way through layers.

use std::sync::Arc;

use http::request::Parts;
use http::{Method, Uri};

use crate::operation::Operation;
use crate::path::Lookup;

/// The result of a lookup, in the extensions of a request in a layer.
#[derive(Clone, Debug)]
pub(crate) struct Matched {
    operations: Arc<[Operation]>,
    method: Method,
    uri: Uri,
    lookup: Lookup,
}

impl Matched {
    /// Inserts the result of the lookup of a request.
    pub(crate) fn insert(lookup: Lookup, head: &mut Parts, operations: &Arc<[Operation]>) {
        let matched = Self {
            operations: Arc::clone(operations),
            method: head.method.clone(),
            uri: head.uri.clone(),
            lookup,
        };
        head.extensions.insert(matched);
    }

    /// Takes the result back, or looks again if a layer has changed the method or the path.
    pub(crate) fn take(head: &mut Parts, look_up: impl FnOnce(&Method, &str) -> Lookup) -> Lookup {
        match head.extensions.remove::<Self>() {
            Some(known) if known.method == head.method && known.uri.path() == head.uri.path() => {
                known.lookup
            }
            _ => look_up(&head.method, head.uri.path()),
        }
    }

    pub(super) fn operation(&self) -> Option<&Operation> {
        match self.lookup {
            Lookup::Found { route, .. } => self.operations.get(route),
            Lookup::WrongMethod { .. } | Lookup::Missing | Lookup::Malformed => None,
        }
    }
}
