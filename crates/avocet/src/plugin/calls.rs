//! `Calls`: calls of operations in the process.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use http_body_util::Full;

use super::Call;
use crate::operation::Operation;
use crate::response::Response;

/// A handle that calls operations of an application in the process. See [`plugin`](crate::plugin) for what runs in a call.
///
/// ```
/// use avocet::plugin::{Call, Calls};
/// use avocet::response::Response;
///
/// async fn read(calls: &Calls) -> Result<Response, avocet::plugin::CallError> {
///     calls.call(Call::of("read_item").argument("item_id", 7)).await
/// }
/// ```
#[derive(Clone, Default)]
pub struct Calls(Arc<OnceLock<Box<Find>>>);

/// Finds the application, unless it is gone: its plugins do not keep it alive.
type Find = dyn Fn() -> Option<Box<dyn Callable>> + Send + Sync;

/// A response on its way.
pub(crate) type Responding = Pin<Box<dyn Future<Output = Response> + Send>>;

/// An application whose operations can be called.
pub(crate) trait Callable: Send + Sync {
    fn operations(&self) -> &[Operation];

    /// Runs a request inside the layers of the application.
    fn call_inside(&self, request: http::Request<Full<Bytes>>) -> Responding;

    /// Runs a request through the layers of the application.
    fn call_through_layers(&self, request: http::Request<Full<Bytes>>) -> Responding;
}

impl Calls {
    /// Connects the handle with the application that was built.
    pub(crate) fn connect(
        &self,
        find: impl Fn() -> Option<Box<dyn Callable>> + Send + Sync + 'static,
    ) {
        // An application is built once.
        let _ = self.0.set(Box::new(find));
    }

    /// Calls an operation inside the layers of the application.
    ///
    /// # Errors
    /// If no operation has the id, a value does not fit its parameter's location, or the application is not built or gone. A value that is
    /// not valid is not an error here but the response of the operation: a 422.
    ///
    /// ```
    /// # use avocet::plugin::{Call, CallError, Calls};
    /// # async fn call(calls: &Calls) -> Result<u16, CallError> {
    /// let response = calls.call(Call::of("read_item").argument("item_id", 7)).await?;
    /// # Ok(response.status().as_u16())
    /// # }
    /// ```
    pub async fn call(&self, call: Call) -> Result<Response, CallError> {
        let application = self.application()?;
        let request = request(&*application, call)?;
        Ok(application.call_inside(request).await)
    }

    /// Calls an operation through the layers of the application, as a request from outside.
    ///
    /// # Errors
    /// As for [`call`](Self::call).
    ///
    /// ```
    /// # use avocet::plugin::{Call, CallError, Calls};
    /// # async fn call(calls: &Calls) -> Result<u16, CallError> {
    /// let response = calls.call_through_layers(Call::of("read_item").argument("item_id", 7)).await?;
    /// # Ok(response.status().as_u16())
    /// # }
    /// ```
    pub async fn call_through_layers(&self, call: Call) -> Result<Response, CallError> {
        let application = self.application()?;
        let request = request(&*application, call)?;
        Ok(application.call_through_layers(request).await)
    }

    fn application(&self) -> Result<Box<dyn Callable>, CallError> {
        let application = self.0.get().and_then(|find| find());
        application.ok_or_else(|| CallError::new("the application is not built".to_owned()))
    }
}

/// Creates the request of a call.
fn request(
    application: &dyn Callable,
    call: Call,
) -> Result<http::Request<Full<Bytes>>, CallError> {
    let mut operations = application.operations().iter();
    // Routes of the framework, such as the docs page, come first. Their ids may be those of the application's own operations.
    let known = operations.rfind(|operation| operation.id == call.operation);
    match known {
        Some(operation) => call.request(operation),
        None => Err(CallError::new(format!(
            "there is no operation `{}`",
            call.operation
        ))),
    }
}

impl fmt::Debug for Calls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Calls").finish_non_exhaustive()
    }
}

/// The error of a call that could not be made.
///
/// ```
/// use avocet::plugin::{Call, Calls};
///
/// # #[avocet::main]
/// # async fn main() {
/// let error = Calls::default().call(Call::of("read_item")).await.unwrap_err();
/// assert_eq!(error.to_string(), "the application is not built");
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallError(String);

impl CallError {
    pub(super) fn new(what: String) -> Self {
        Self(what)
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for CallError {}
