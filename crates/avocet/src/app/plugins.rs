//! The plugins of an application.

use std::any::TypeId;
use std::collections::{HashMap, HashSet};
use std::fmt;

use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use serde_json::Value;

use super::build::complete;
use super::{App, Service};
use crate::operation::{Mistake, Operation};
use crate::plugin::{Callable, Calls, Plan, Plugin, Responding};
use crate::route::Route;

/// The plugins in the order in which they were added.
#[derive(Default)]
pub(super) struct Plugins(Vec<Box<dyn BoxedPlugin>>);

/// A plugin with its type erased.
trait BoxedPlugin: Send {
    fn name(&self) -> &str;
    fn type_of(&self) -> TypeId;
    fn build(self: Box<Self>, plan: &mut Plan<'_>);
}

impl<P: Plugin> BoxedPlugin for P {
    fn name(&self) -> &str {
        Plugin::name(self)
    }

    fn type_of(&self) -> TypeId {
        TypeId::of::<P>()
    }

    fn build(self: Box<Self>, plan: &mut Plan<'_>) {
        Plugin::build(self, plan);
    }
}

impl App {
    /// Adds a plugin. Two plugins of one type must have different [names](Plugin::name): otherwise the second one is a
    /// [`BuildError`](crate::BuildError).
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
    ///         for operation in plan.operations() {
    ///             if operation.description.is_empty() {
    ///                 plan.mistake_at(operation, "the operation has no description");
    ///             }
    ///         }
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

/// Runs the plugins on an application whose ids are complete.
pub(super) fn build(app: &mut App, calls: &Calls) -> Built {
    let mut built = Built::default();
    let mut known = HashSet::new();
    for plugin in std::mem::take(&mut app.plugins.0) {
        let name = plugin.name().to_owned();
        if !known.insert((plugin.type_of(), name.clone())) {
            let what = format!(
                "the plugin `{name}` is added twice; remove one of the calls of `App::plugin`"
            );
            built.mistakes.push(Mistake::at(what, []));
            continue;
        }
        let mut plan = Plan {
            plugin: name,
            title: &app.title,
            version: &app.version,
            routes: &app.routes,
            added: Vec::new(),
            error_scopes: Vec::new(),
            tags: Vec::new(),
            steps: &mut app.steps,
            schemes: Vec::new(),
            mistakes: Vec::new(),
            calls: calls.clone(),
        };
        plugin.build(&mut plan);
        let Plan {
            added,
            error_scopes,
            tags,
            schemes,
            mistakes: found,
            ..
        } = plan;
        built.mistakes.extend(found);
        app.error_scopes.extend(error_scopes);
        for (name, description) in tags {
            app.about.describe_tag_if_absent(name, description);
        }
        built.schemes.extend(schemes);
        for mut route in added {
            complete(route.operation_mut(), app.operation_ids);
            app.routes.push(route);
        }
    }
    built
}

/// What the plugins of an application report and describe.
#[derive(Default)]
pub(super) struct Built {
    pub(super) mistakes: Vec<Mistake>,
    schemes: HashMap<String, Value>,
}

impl Built {
    /// Sets the descriptions of security schemes. Requirements of the application must be there.
    pub(super) fn describe_schemes(&self, app: &mut App) {
        if self.schemes.is_empty() {
            return;
        }
        let operations = app.routes.iter_mut().map(Route::operation_mut);
        for requirement in operations.flat_map(Operation::all_security_mut) {
            if let Some(scheme) = self.schemes.get(&requirement.name) {
                requirement.scheme.clone_from(scheme);
            }
        }
    }
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
