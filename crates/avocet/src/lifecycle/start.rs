//! The values that a step receives at start, and the error of a start that fails.

use std::any::Any;
use std::error::Error;
use std::fmt;
use std::sync::Arc;

use crate::extract::ApplicationContext;
use crate::response::BodyError;

/// The application at its start: the states that exist, those of earlier steps among them.
///
/// ```
/// use avocet::lifecycle::Start;
///
/// fn url(start: &Start) -> String {
///     start.state::<String>().unwrap_or_else(|| "sqlite::memory:".to_owned())
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Start {
    application: Arc<ApplicationContext>,
}

impl Start {
    pub(crate) fn new(application: Arc<ApplicationContext>) -> Self {
        Self { application }
    }

    /// Returns a clone of a state without a name: one of [`App::state`](crate::App::state), or one that an earlier step has provided.
    ///
    /// ```
    /// # use avocet::lifecycle::Start;
    /// fn size(start: &Start) -> u32 {
    ///     start.state().unwrap_or(10)
    /// }
    /// ```
    pub fn state<T: Any + Clone>(&self) -> Option<T> {
        self.application.states.find("").cloned()
    }

    /// Sets the state that a step was added for.
    pub(super) fn provide<T: Any + Send + Sync>(&self, value: T) {
        self.application.states.provide(value);
    }
}

/// The error of an application that did not start: the step, and its reason.
///
/// ```
/// use avocet::App;
/// use avocet::testing::TestClient;
///
/// # #[avocet::main]
/// # async fn main() -> avocet::Result<()> {
/// let app = App::new("Shop", "1.0.0").provide(|_| async { "x".parse::<u32>().map_err(Into::into) });
/// let error = TestClient::start(app.build()?).await.unwrap_err();
/// assert_eq!(error.to_string(), "the state `u32` could not be created: invalid digit found in string");
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct StartError {
    step: String,
    /// How the sentence continues after the step.
    how: &'static str,
    reason: BodyError,
}

impl StartError {
    pub(super) fn new(step: String, how: &'static str, reason: BodyError) -> Self {
        Self { step, how, reason }
    }

    /// Returns the step that failed, such as ``the component `model` `` or ``the `on_start` hook at src/main.rs:18``.
    ///
    /// ```
    /// # fn shown(error: &avocet::lifecycle::StartError) -> &str {
    /// error.step()
    /// # }
    /// ```
    pub fn step(&self) -> &str {
        &self.step
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.step, self.how, self.reason)
    }
}

impl Error for StartError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.reason.source()
    }
}
