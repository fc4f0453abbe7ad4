//! `Component`: a part of the application that starts, is ready, drains and stops.

use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::Arc;

use super::Start;
use crate::response::BodyError;

/// A part of the application that starts, reports readiness, drains and stops: workers on threads, a pool of connections, a child process.
///
/// Handlers receive a clone as a state, so a component is usually a handle. Every method except `name` does nothing by default.
///
/// All methods run on the async runtime. Join a thread with `tokio::task::spawn_blocking`.
///
/// ```
/// use std::sync::Arc;
/// use std::sync::atomic::{AtomicBool, Ordering};
///
/// use avocet::lifecycle::{Component, Start};
/// use avocet::prelude::*;
/// use avocet::testing::TestClient;
///
/// /// A model that is loaded at start.
/// #[derive(Clone, Default)]
/// struct Model {
///     loaded: Arc<AtomicBool>,
/// }
///
/// impl Component for Model {
///     fn name(&self) -> &str {
///         "model"
///     }
///
///     async fn start(&self, _: &Start) -> Result<(), avocet::response::BodyError> {
///         self.loaded.store(true, Ordering::Release);
///         Ok(())
///     }
///
///     async fn ready(&self) -> Result<(), String> {
///         if self.loaded.load(Ordering::Acquire) { Ok(()) } else { Err("the model is not loaded".to_owned()) }
///     }
/// }
///
/// #[get("/loaded")]
/// async fn loaded(#[state] model: Model) -> bool {
///     model.loaded.load(Ordering::Acquire)
/// }
///
/// # #[avocet::main]
/// # async fn main() -> avocet::Result<()> {
/// let app = App::new("Models", "1.0.0").component(Model::default()).routes(routes![loaded]);
/// let client = TestClient::start(app.build()?).await?;
/// assert!(client.get("/loaded").send().await.json::<bool>().await);
/// client.stop().await;
/// # Ok(())
/// # }
/// ```
pub trait Component: Send + Sync + 'static {
    /// Returns the name for errors, the log and the readiness check.
    fn name(&self) -> &str;

    /// Starts it. The server listens when all components have started.
    ///
    /// # Errors
    /// An error or a panic ends the start of the application, which reports it with the component's name and calls [`stop`](Self::stop).
    fn start(&self, _start: &Start) -> impl Future<Output = Result<(), BodyError>> + Send {
        ready(Ok(()))
    }

    /// Checks whether it can work: a check of the application's [readiness](crate::observe::Health), which fails after one second.
    ///
    /// # Errors
    /// The reason why it is not ready. Avocet logs it; the response to the probe has only the component's name.
    fn ready(&self) -> impl Future<Output = Result<(), String>> + Send {
        ready(Ok(()))
    }

    /// Notifies it that the application is shutting down: requests that are open still need it, new work should be rejected.
    fn drain(&self) -> impl Future<Output = ()> + Send {
        ready(())
    }

    /// Stops it, after the last request.
    ///
    /// It must work after a partial start: it also runs if [`start`](Self::start) has failed, panicked or exceeded
    /// [`Limits::start_time`](crate::serve::Limits::start_time()).
    fn stop(&self) -> impl Future<Output = ()> + Send {
        ready(())
    }

    /// Returns the monitors of its models, for the [metrics](crate::observe::Metrics) and the
    /// [view](crate::App::inference_view) of the application. [`Workers`](avocet_inference::Workers) return theirs; a component that contains
    /// workers returns those of the workers.
    #[cfg(feature = "inference")]
    fn monitors(&self) -> Vec<avocet_inference::Monitor> {
        Vec::new()
    }
}

type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A component with its type erased.
pub(crate) trait DynComponent: Send + Sync {
    fn name(&self) -> &str;
    fn start<'a>(&'a self, start: &'a Start) -> Boxed<'a, Result<(), BodyError>>;
    fn ready(self: Arc<Self>) -> Boxed<'static, Result<(), String>>;
    fn drain(&self) -> Boxed<'_, ()>;
    fn stop(&self) -> Boxed<'_, ()>;
    #[cfg(feature = "inference")]
    fn monitors(&self) -> Vec<avocet_inference::Monitor>;
}

impl<C: Component> DynComponent for C {
    fn name(&self) -> &str {
        Component::name(self)
    }

    fn start<'a>(&'a self, start: &'a Start) -> Boxed<'a, Result<(), BodyError>> {
        Box::pin(Component::start(self, start))
    }

    fn ready(self: Arc<Self>) -> Boxed<'static, Result<(), String>> {
        Box::pin(async move { Component::ready(&*self).await })
    }

    fn drain(&self) -> Boxed<'_, ()> {
        Box::pin(Component::drain(self))
    }

    fn stop(&self) -> Boxed<'_, ()> {
        Box::pin(Component::stop(self))
    }

    #[cfg(feature = "inference")]
    fn monitors(&self) -> Vec<avocet_inference::Monitor> {
        Component::monitors(self)
    }
}
