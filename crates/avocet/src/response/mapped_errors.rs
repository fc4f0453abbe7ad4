//! Responses that an application sets for types of errors.

use std::any::{TypeId, type_name};
use std::error::Error;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use http::{Method, StatusCode};

use super::{HttpError, Responder, Response, ResponseContext};
use crate::operation::Operation;

type Responding = Pin<Box<dyn Future<Output = Response> + Send>>;
type Map = dyn Fn(&(dyn Error + 'static), &ResponseContext) -> Option<Responding> + Send + Sync;

/// The responses to errors, by the type of the error.
#[derive(Clone, Debug, Default)]
pub(crate) struct MappedErrors(Arc<Vec<MappedError>>);

#[derive(Clone)]
struct MappedError {
    error: TypeId,
    name: &'static str,
    describe: fn(&mut Operation),
    map: Arc<Map>,
}

impl MappedErrors {
    pub(crate) fn add<E, R, F>(&mut self, map: F)
    where
        E: Error + Send + Sync + 'static,
        R: Responder + 'static,
        F: Fn(&E) -> R + Send + Sync + 'static,
    {
        let map: Arc<Map> = Arc::new(move |error, context| {
            let response = map(error.downcast_ref()?);
            // The status of the route is that of its success.
            let context = ResponseContext {
                status: None,
                ..context.clone()
            };
            Some(Box::pin(async move { response.respond(&context).await }))
        });
        Arc::make_mut(&mut self.0).push(MappedError {
            error: TypeId::of::<E>(),
            name: type_name::<E>(),
            describe: R::describe,
            map,
        });
    }

    /// Describes the responses in an operation that can fail with any error.
    pub(crate) fn describe(&self, operation: &mut Operation) {
        let mut errors = operation.errors.iter();
        if self.0.is_empty() || errors.all(|error| error.status.is_some()) {
            return;
        }
        let own = operation.status.take();
        for mapped in &*self.0 {
            (mapped.describe)(operation);
        }
        operation.status = own;
        operation.merge_responses();
    }

    /// Describes what is wrong with them.
    pub(crate) fn mistakes(&self) -> Vec<String> {
        let mut mistakes = Vec::new();
        for (index, mapped) in self.0.iter().enumerate() {
            let name = mapped.name;
            if self.0[..index].iter().any(|it| it.error == mapped.error) {
                mistakes.push(format!(
                    "`App::map_error` is called twice for `{name}`; remove one of them"
                ));
            }
            let mut operation = Operation::new(Method::GET, "/");
            (mapped.describe)(&mut operation);
            let success = |status: StatusCode| status.as_u16() < 300;
            if let Some(response) = operation.responses.iter().find(|it| success(it.status)) {
                mistakes.push(format!(
                    "`App::map_error` responds to `{name}` with the status {}, which is that of a success; return a `WithStatus` or a `Redirect`",
                    response.status.as_u16()
                ));
            }
        }
        mistakes
    }
}

impl ResponseContext {
    /// Converts an error to its response: the one that the application has set for the type of its source or of a cause of it.
    pub(crate) async fn error_response(&self, error: HttpError) -> Response {
        // The source is not kept over the await, so the future needs no room for it.
        match self.mapped(&error) {
            Some(responding) => responding.await,
            None => error.into_response(self.errors),
        }
    }

    /// Returns the response that is set for the outermost cause that has one.
    fn mapped(&self, error: &HttpError) -> Option<Responding> {
        let mapped = &*self.mapped_errors.0;
        if mapped.is_empty() {
            return None;
        }
        error
            .causes()
            .find_map(|cause| mapped.iter().find_map(|mapped| (mapped.map)(cause, self)))
    }
}

impl fmt::Debug for MappedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MappedError({})", self.name)
    }
}
