//! `InnerApplication`: an application inside another one, which starts and stops with it.

use std::fmt;
use std::sync::Arc;

use super::{DynComponent, Start, Steps};

/// An application inside another one: its states, hooks and components start with the outer application and stop with it.
///
/// [`App::mount`](crate::App::mount) makes one of each application of Avocet. A middleware that holds an application returns it in
/// [`Middleware::applications`](crate::layer::Middleware::applications).
///
/// ```
/// use avocet::App;
/// use avocet::lifecycle::InnerApplication;
///
/// # fn main() -> Result<(), avocet::BuildError> {
/// let service = App::new("Staff", "1.0.0").build()?;
/// let inner = InnerApplication::from(service.clone());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct InnerApplication(Arc<dyn Inner>);

/// An application with its type erased.
pub(crate) trait Inner: Send + Sync {
    /// Returns the title, for messages.
    fn title(&self) -> &str;

    /// Returns what has not started yet, that of applications inside it too. A second call returns nothing.
    fn take_steps(&self) -> Vec<StepsOf>;

    /// Returns the components that have not started yet with the titles of their applications.
    fn components(&self) -> Vec<(String, Arc<dyn DynComponent>)>;
}

/// The steps of one application.
pub(crate) struct StepsOf {
    /// The title of an application inside another one.
    pub(crate) application: Option<String>,
    pub(crate) start: Start,
    pub(crate) steps: Steps,
}

impl InnerApplication {
    pub(crate) fn new(inner: impl Inner + 'static) -> Self {
        Self(Arc::new(inner))
    }

    pub(crate) fn take_steps(&self) -> Vec<StepsOf> {
        self.0.take_steps()
    }

    pub(crate) fn components(&self) -> Vec<(String, Arc<dyn DynComponent>)> {
        self.0.components()
    }
}

impl fmt::Debug for InnerApplication {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("InnerApplication")
            .field(&self.0.title())
            .finish()
    }
}
