//! The start and the stop of an application.

use std::any::Any;
use std::future::Future;
use std::sync::{Arc, PoisonError};

use super::{App, Service};
use crate::extract::StateOrigin;
use crate::lifecycle::{
    Component, DynComponent, Inner, InnerApplication, Start, StartError, Started, Steps, StepsOf,
};
use crate::operation::Declaration;
use crate::response::BodyError;

impl App {
    /// Sets a state under a name, beside others of its type: `#[state("replica")]`.
    ///
    /// ```
    /// let app = avocet::App::new("Shop", "1.0.0")
    ///     .state("postgres://primary".to_owned())
    ///     .named_state("replica", "postgres://replica".to_owned());
    /// ```
    #[track_caller]
    pub fn named_state<T: Any + Clone + Send + Sync>(
        mut self,
        name: impl Into<String>,
        state: T,
    ) -> Self {
        self.states.insert(&name.into(), state, StateOrigin::here());
        self
    }

    /// Sets a state that is made at start, before the server listens.
    ///
    /// Its type is known at build: a handler that needs a state of a type that nothing provides is a
    /// [`BuildError`](crate::BuildError). An error ends the start.
    ///
    /// ```
    /// use avocet::prelude::*;
    /// use avocet::testing::TestClient;
    ///
    /// #[derive(Clone)]
    /// struct Catalogue(Vec<String>);
    ///
    /// #[get("/size")]
    /// async fn size(#[state] catalogue: Catalogue) -> usize { catalogue.0.len() }
    ///
    /// # #[avocet::main]
    /// # async fn main() -> avocet::Result<()> {
    /// let app = App::new("Shop", "1.0.0")
    ///     .state("a,b".to_owned())
    ///     .provide(|start| async move {
    ///         let text = start.state::<String>().unwrap_or_default();
    ///         Ok(Catalogue(text.split(',').map(str::to_owned).collect()))
    ///     })
    ///     .routes(routes![size]);
    /// let client = TestClient::start(app.build()?).await?;
    /// assert_eq!(client.get("/size").send().await.json::<usize>().await, 2);
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn provide<T, F, Fut>(mut self, make: F) -> Self
    where
        T: Any + Clone + Send + Sync,
        F: FnOnce(Start) -> Fut + Send + 'static,
        Fut: Future<Output = Result<T, BodyError>> + Send + 'static,
    {
        self.states.declare::<T>(StateOrigin::here());
        self.steps.provide(make);
        self
    }

    /// Runs code at start, before the server listens. An error ends the start.
    ///
    /// ```
    /// let app = avocet::App::new("Shop", "1.0.0").on_start(|_| async {
    ///     std::fs::create_dir_all(std::env::temp_dir().join("shop"))?;
    ///     Ok(())
    /// });
    /// ```
    #[track_caller]
    pub fn on_start<F, Fut>(mut self, hook: F) -> Self
    where
        F: FnOnce(Start) -> Fut + Send + 'static,
        Fut: Future<Output = Result<(), BodyError>> + Send + 'static,
    {
        self.steps.on_start(hook, Declaration::here());
        self
    }

    /// Runs code at the end, when no request is open any more; before the steps that were added earlier stop.
    ///
    /// ```
    /// let app = avocet::App::new("Shop", "1.0.0").on_stop(|| async { println!("closed") });
    /// ```
    #[track_caller]
    pub fn on_stop<F, Fut>(mut self, hook: F) -> Self
    where
        F: FnOnce() -> Fut + Send + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        self.steps.on_stop(hook, Declaration::here());
        self
    }

    /// Adds a component, and itself as a state: handlers receive a clone with `#[state]`.
    ///
    /// ```
    /// use avocet::lifecycle::Component;
    ///
    /// #[derive(Clone)]
    /// struct Pool;
    ///
    /// impl Component for Pool {
    ///     fn name(&self) -> &str { "pool" }
    ///
    ///     async fn stop(&self) { println!("closed") }
    /// }
    ///
    /// let app = avocet::App::new("Shop", "1.0.0").component(Pool);
    /// ```
    #[track_caller]
    pub fn component<C: Component + Clone>(mut self, component: C) -> Self {
        let origin = StateOrigin::component(component.name());
        self.steps.component(Arc::new(component.clone()));
        self.states.insert("", component, origin);
        self
    }
}

impl Service {
    /// Starts the states, hooks and components. The second call starts nothing.
    pub(crate) async fn start(&self) -> Result<Started, StartError> {
        let mut applications = self.take_steps();
        // The title of the outer application is clear.
        applications[0].application = None;
        Steps::start(applications, self.limits().start_time).await
    }
}

impl Inner for Service {
    fn title(&self) -> &str {
        &self.shared().application.title
    }

    fn take_steps(&self) -> Vec<StepsOf> {
        let mut steps = self.steps().lock().unwrap_or_else(PoisonError::into_inner);
        let own = StepsOf {
            application: Some(self.title().to_owned()),
            start: Start::new(Arc::clone(&self.shared().application)),
            steps: std::mem::take(&mut *steps),
        };
        drop(steps);
        let inside = self.inside().iter().flat_map(InnerApplication::take_steps);
        std::iter::once(own).chain(inside).collect()
    }

    fn components(&self) -> Vec<(String, Arc<dyn DynComponent>)> {
        let steps = self.steps().lock().unwrap_or_else(PoisonError::into_inner);
        let own = steps.components();
        let own = own.map(|component| (self.title().to_owned(), Arc::clone(component)));
        let inside = self.inside().iter().flat_map(InnerApplication::components);
        own.chain(inside).collect()
    }
}

/// The application keeps running where it is: a clone of a service is the same application.
impl From<Service> for InnerApplication {
    fn from(service: Service) -> Self {
        Self::new(service)
    }
}
