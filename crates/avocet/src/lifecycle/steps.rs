//! The steps of a start, and of the stop in reverse.

use std::any::{Any, type_name};
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

use super::{DynComponent, Start, StartError};
use crate::response::BodyError;

/// How long the stops have at least, if the drain has used up its deadline.
const LEAST_STOP: Duration = Duration::from_secs(1);

type Boxed<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// The steps of an application that has not started, in the order of their start.
#[derive(Default)]
pub(crate) struct Steps(Vec<Step>);

enum Step {
    Run {
        name: String,
        run: Box<dyn FnOnce(Start) -> Boxed<Result<(), BodyError>> + Send>,
    },
    Component(Arc<dyn DynComponent>),
    Stop(StopHook),
}

type StopHook = Box<dyn FnOnce() -> Boxed<()> + Send>;

impl Steps {
    /// Adds a state that is made at start.
    pub(crate) fn provide<T, F, Fut>(&mut self, make: F)
    where
        T: Any + Clone + Send + Sync,
        F: FnOnce(Start) -> Fut + Send + 'static,
        Fut: Future<Output = Result<T, BodyError>> + Send + 'static,
    {
        self.0.push(Step::Run {
            name: format!("the state `{}`", type_name::<T>()),
            run: Box::new(|start| {
                Box::pin(async move {
                    let value = make(start.clone()).await?;
                    start.provide(value);
                    Ok(())
                })
            }),
        });
    }

    pub(crate) fn on_start<F, Fut>(&mut self, hook: F)
    where
        F: FnOnce(Start) -> Fut + Send + 'static,
        Fut: Future<Output = Result<(), BodyError>> + Send + 'static,
    {
        self.0.push(Step::Run {
            name: "a start hook".to_owned(),
            run: Box::new(|start| Box::pin(hook(start))),
        });
    }

    pub(crate) fn on_stop<F, Fut>(&mut self, hook: F)
    where
        F: FnOnce() -> Fut + Send + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        self.0.push(Step::Stop(Box::new(|| Box::pin(hook()))));
    }

    pub(crate) fn component(&mut self, component: Arc<dyn DynComponent>) {
        self.0.push(Step::Component(component));
    }

    pub(crate) fn components(&self) -> impl Iterator<Item = &Arc<dyn DynComponent>> {
        self.0.iter().filter_map(|step| match step {
            Step::Component(component) => Some(component),
            Step::Run { .. } | Step::Stop(_) => None,
        })
    }

    /// Starts one step after the other. If one fails, those that have started are stopped.
    pub(crate) async fn start(self, start: &Start, time: Duration) -> Result<Started, StartError> {
        let deadline = Instant::now() + time;
        let mut started = Started::default();
        for step in self.0 {
            let (name, outcome) = match step {
                Step::Run { name, run } => (name, timeout_at(deadline, run(start.clone())).await),
                Step::Component(component) => {
                    let name = format!("the component `{}`", component.name());
                    let outcome = timeout_at(deadline, component.start(start)).await;
                    started.0.push(Stop::Component(component));
                    (name, outcome)
                }
                Step::Stop(hook) => {
                    started.0.push(Stop::Hook(hook));
                    continue;
                }
            };
            let reason = match outcome {
                Ok(Ok(())) => continue,
                Ok(Err(reason)) => reason,
                Err(_) => format!(
                    "it took longer than `start_time` ({}) allows",
                    humantime::format_duration(time)
                )
                .into(),
            };
            started.stop(Instant::now() + LEAST_STOP).await;
            return Err(StartError::new(name, reason));
        }
        Ok(started)
    }
}

/// What has started and is to be stopped, in the order of its start.
#[derive(Default)]
pub(crate) struct Started(Vec<Stop>);

enum Stop {
    Component(Arc<dyn DynComponent>),
    Hook(StopHook),
}

impl Started {
    /// Asks all components to drain, each beside the others.
    pub(crate) fn drain(&self) -> impl Future<Output = ()> + Send + use<> {
        let components = self.0.iter().filter_map(|stop| match stop {
            Stop::Component(component) => Some(Arc::clone(component)),
            Stop::Hook(_) => None,
        });
        let components: Vec<_> = components.collect();
        async move {
            let mut draining = JoinSet::new();
            for component in components {
                draining.spawn(async move { component.drain().await });
            }
            while draining.join_next().await.is_some() {}
        }
    }

    /// Stops everything in reverse order, within a deadline. Each step has at least its share of a second.
    pub(crate) async fn stop(self, deadline: Instant) {
        let deadline = deadline.max(Instant::now() + LEAST_STOP);
        for stop in self.0.into_iter().rev() {
            let (name, stopped) = match stop {
                Stop::Component(component) => {
                    let stopped = timeout_at(deadline, component.stop()).await;
                    (component.name().to_owned(), stopped)
                }
                Stop::Hook(hook) => ("a stop hook".to_owned(), timeout_at(deadline, hook()).await),
            };
            if stopped.is_err() {
                tracing::warn!(name, "it has not stopped within the drain deadline");
            }
        }
    }
}

impl fmt::Debug for Steps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Steps({})", self.0.len())
    }
}

impl fmt::Debug for Started {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Started({})", self.0.len())
    }
}
