//! The steps of a start, and of the stop in reverse.

use std::any::{Any, type_name};
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

use super::caught::caught;
use super::{DynComponent, Start, StartError, StepsOf};
use crate::operation::Declaration;
use crate::report;
use crate::response::BodyError;

/// How long the stops have at least, if the drain has used up its deadline.
const LEAST_STOP: Duration = Duration::from_secs(1);

type Boxed<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// The steps of an application that has not started, in the order of their start.
#[derive(Default)]
pub(crate) struct Steps(Vec<Step>);

enum Step {
    Start(StartHook),
    Component(Arc<dyn DynComponent>),
    Stop(StopHook),
}

/// A function that runs once at start.
struct StartHook {
    name: String,
    /// How the error of the step continues after the name.
    failed: &'static str,
    run: Box<dyn FnOnce(Start) -> Boxed<Result<(), BodyError>> + Send>,
}

struct StopHook {
    name: String,
    run: Box<dyn FnOnce() -> Boxed<()> + Send>,
}

impl Steps {
    /// Adds a state that is made at start.
    pub(crate) fn provide<T, F, Fut>(&mut self, make: F)
    where
        T: Any + Clone + Send + Sync,
        F: FnOnce(Start) -> Fut + Send + 'static,
        Fut: Future<Output = Result<T, BodyError>> + Send + 'static,
    {
        self.0.push(Step::Start(StartHook {
            name: format!("the state `{}`", type_name::<T>()),
            failed: "could not be created",
            run: Box::new(|start| {
                Box::pin(async move {
                    let value = make(start.clone()).await?;
                    start.provide(value);
                    Ok(())
                })
            }),
        }));
    }

    pub(crate) fn on_start<F, Fut>(&mut self, hook: F, declaration: Declaration)
    where
        F: FnOnce(Start) -> Fut + Send + 'static,
        Fut: Future<Output = Result<(), BodyError>> + Send + 'static,
    {
        self.0.push(Step::Start(StartHook {
            name: format!("the `on_start` hook at {declaration}"),
            failed: "failed",
            run: Box::new(|start| Box::pin(async move { hook(start).await })),
        }));
    }

    pub(crate) fn on_stop<F, Fut>(&mut self, hook: F, declaration: Declaration)
    where
        F: FnOnce() -> Fut + Send + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        self.0.push(Step::Stop(StopHook {
            name: format!("the `on_stop` hook at {declaration}"),
            run: Box::new(|| Box::pin(async move { hook().await })),
        }));
    }

    pub(crate) fn component(&mut self, component: Arc<dyn DynComponent>) {
        self.0.push(Step::Component(component));
    }

    pub(crate) fn components(&self) -> impl Iterator<Item = &Arc<dyn DynComponent>> {
        self.0.iter().filter_map(|step| match step {
            Step::Component(component) => Some(component),
            Step::Start(_) | Step::Stop(_) => None,
        })
    }

    /// Returns the monitors of all models.
    #[cfg(feature = "inference")]
    pub(crate) fn monitors(&self) -> Vec<avocet_inference::Monitor> {
        let components = self.components();
        components
            .flat_map(|component| component.monitors())
            .collect()
    }

    /// Starts the steps of applications, one after the other. If one fails or panics, those that have started are stopped.
    pub(crate) async fn start(
        applications: Vec<StepsOf>,
        time: Duration,
    ) -> Result<Started, StartError> {
        let deadline = Instant::now() + time;
        let mut started = Started::default();
        let steps = applications.into_iter().flat_map(|of| {
            let named = move |step| (of.application.clone(), of.start.clone(), step);
            of.steps.0.into_iter().map(named)
        });
        for (application, start, step) in steps {
            let (name, failed, panicked, outcome) = match step {
                Step::Start(StartHook { name, failed, run }) => {
                    let outcome = timeout_at(deadline, caught(run(start))).await;
                    (of(application, name), failed, "panicked", outcome)
                }
                Step::Component(component) => {
                    let starting = caught(async { component.start(&start).await });
                    let outcome = timeout_at(deadline, starting).await;
                    let name = format!("the component `{}`", component.name());
                    let name = of(application, name);
                    started.0.push(Stop::Component(name.clone(), component));
                    (name, "failed to start", "panicked in `start`", outcome)
                }
                Step::Stop(StopHook { name, run }) => {
                    let name = of(application, name);
                    started.0.push(Stop::Hook(StopHook { name, run }));
                    continue;
                }
            };
            let (how, reason) = match outcome {
                Ok(Ok(Ok(()))) => continue,
                Ok(Ok(Err(reason))) => (failed, reason),
                Ok(Err(panic)) => (panicked, panic.into()),
                Err(_) => {
                    let time = humantime::format_duration(time);
                    let reason = format!("it took longer than `start_time` ({time}) allows");
                    (failed, reason.into())
                }
            };
            started.stop(Instant::now() + LEAST_STOP).await;
            return Err(StartError::new(name, how, reason));
        }
        Ok(started)
    }
}

/// Names the step of an application, with the application if that is inside another one.
fn of(application: Option<String>, step: String) -> String {
    match application {
        Some(title) => format!("{step} of the application `{title}`"),
        None => step,
    }
}

/// What has started and is to be stopped, in the order of its start.
#[derive(Default)]
pub(crate) struct Started(Vec<Stop>);

enum Stop {
    /// With its name in messages.
    Component(String, Arc<dyn DynComponent>),
    Hook(StopHook),
}

impl Started {
    /// Notifies all components concurrently that the server drains.
    pub(crate) fn drain(&self) -> impl Future<Output = ()> + Send + use<> {
        let components = self.0.iter().filter_map(|stop| match stop {
            Stop::Component(name, component) => Some((name.clone(), Arc::clone(component))),
            Stop::Hook(_) => None,
        });
        let components: Vec<_> = components.collect();
        async move {
            let mut draining = JoinSet::new();
            for (name, component) in components {
                draining.spawn(async move {
                    if let Err(panic) = caught(async { component.drain().await }).await {
                        report::trouble(&format_args!("{name} panicked in `drain`: {panic}"));
                    }
                });
            }
            while draining.join_next().await.is_some() {}
        }
    }

    /// Stops everything in reverse order, within a deadline. Each step has at least its share of a second.
    ///
    /// A step that panics or is too slow is logged, and the next one follows.
    pub(crate) async fn stop(self, deadline: Instant) {
        let deadline = deadline.max(Instant::now() + LEAST_STOP);
        for stop in self.0.into_iter().rev() {
            let (name, panicked, stopped) = match stop {
                Stop::Component(name, component) => {
                    let stopping = caught(async { component.stop().await });
                    let stopped = timeout_at(deadline, stopping).await;
                    (name, "panicked in `stop`", stopped)
                }
                Stop::Hook(StopHook { name, run }) => {
                    let stopped = timeout_at(deadline, caught(run())).await;
                    (name, "panicked", stopped)
                }
            };
            match stopped {
                Ok(Ok(())) => {}
                Ok(Err(panic)) => report::trouble(&format_args!("{name} {panicked}: {panic}")),
                Err(_) => report::trouble(&format_args!(
                    "{name} has not stopped within the drain deadline"
                )),
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
