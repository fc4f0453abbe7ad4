//! The plugins of an application.

use std::fmt;

use bytes::Bytes;
use http::Request;
use http_body_util::Full;

use super::build::complete;
use super::{App, Service};
use crate::operation::Operation;
use crate::plugin::{Callable, Calls, Plan, Plugin, Responding};

/// The plugins in the order in which they were added.
#[derive(Default)]
pub(super) struct Plugins(Vec<Box<dyn BoxedPlugin>>);

/// A plugin with its type erased.
trait BoxedPlugin: Send {
    fn name(&self) -> &str;
    fn build(self: Box<Self>, plan: &mut Plan<'_>);
}

impl<P: Plugin> BoxedPlugin for P {
    fn name(&self) -> &str {
        Plugin::name(self)
    }

    fn build(self: Box<Self>, plan: &mut Plan<'_>) {
        Plugin::build(self, plan);
    }
}

impl App {
    /// Adds a plugin.
    ///
    /// ```
    /// use avocet::plugin::{Plan, Plugin};
    ///
    /// /// Requires a description of every operation.
    /// struct Described;
    ///
    /// impl Plugin for Described {
    ///     fn name(&self) -> &str { "described" }
    ///
    ///     fn build(self: Box<Self>, plan: &mut Plan<'_>) {
    ///         let bare = plan.operations().filter(|operation| operation.description.is_empty());
    ///         let bare: Vec<_> = bare.map(|operation| format!("`{}` has no description", operation.id)).collect();
    ///         bare.into_iter().for_each(|mistake| plan.mistake(mistake));
    ///     }
    /// }
    ///
    /// let app = avocet::App::new("Shop", "1.0.0").plugin(Described);
    /// assert!(app.build().is_ok());
    /// ```
    pub fn plugin(mut self, plugin: impl Plugin) -> Self {
        self.plugins.0.push(Box::new(plugin));
        self
    }
}

/// Lets the plugins add to an application whose own operations are complete; returns the mistakes that they report.
pub(super) fn build(app: &mut App, calls: &Calls) -> Vec<String> {
    let mut mistakes = Vec::new();
    for plugin in std::mem::take(&mut app.plugins.0) {
        let name = plugin.name().to_owned();
        let mut plan = Plan {
            title: &app.title,
            version: &app.version,
            routes: &app.routes,
            added: Vec::new(),
            steps: &mut app.steps,
            mistakes: Vec::new(),
            calls: calls.clone(),
        };
        plugin.build(&mut plan);
        let Plan {
            added,
            mistakes: found,
            ..
        } = plan;
        mistakes.extend(
            found
                .into_iter()
                .map(|what| format!("the plugin `{name}`: {what}")),
        );
        for mut route in added {
            complete(route.operation_mut(), app.operation_ids);
            app.routes.push(route);
        }
    }
    mistakes
}

/// Connects the calls of plugins with the application that was built.
pub(super) fn connect(calls: &Calls, service: &Service) {
    let service = service.downgrade();
    calls.connect(move || Some(Box::new(service.upgrade()?)));
}

impl Callable for Service {
    fn operations(&self) -> &[Operation] {
        self.operations()
    }

    fn call_inside(&self, request: Request<Full<Bytes>>) -> Responding {
        self.call_inside(request)
    }

    fn call_through_layers(&self, request: Request<Full<Bytes>>) -> Responding {
        let response = tower_service::Service::call(&mut self.clone(), request);
        Box::pin(async move {
            let Ok(response) = response.await;
            response
        })
    }
}

impl fmt::Debug for Plugins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.0.iter().map(|plugin| plugin.name());
        f.debug_list().entries(names).finish()
    }
}
