//! The observability settings of an application and its routes.

use std::sync::Arc;

use http::Method;

use super::metrics::Meter;
use super::{AccessLog, Metrics, OnSpan, methods};
use crate::operation::{Operation, ParameterLocation};

/// The observability settings of an application and its routes.
#[derive(Debug)]
pub(crate) struct Observe {
    /// The routes, then each mount with each method.
    routes: Vec<ObservedRoute>,
    /// The number of routes without the mounts.
    own_routes: usize,
    /// The meters for requests without a route, by the index of their method; empty if metrics are disabled.
    unmatched: Vec<Arc<Meter>>,
    pub(super) access_log: AccessLog,
    pub(super) on_span: OnSpan,
    pub(super) metrics: Option<Metrics>,
}

/// The names of a route in logs and metrics.
#[derive(Debug)]
pub(super) struct ObservedRoute {
    /// `GET /items/{item_id}`.
    pub(super) name: Box<str>,
    /// `/items/{item_id}`.
    pub(super) template: Box<str>,
    /// Whether a part of the path must not be logged.
    pub(super) has_secret: bool,
    meter: Option<Arc<Meter>>,
}

impl Observe {
    pub(crate) fn new(
        operations: &[&Operation],
        mounts: impl Iterator<Item = String>,
        access_log: AccessLog,
        on_span: OnSpan,
        metrics: Option<Metrics>,
    ) -> Self {
        let observed = |method: &str, template: &str, has_secret| ObservedRoute {
            name: format!("{method} {template}").into(),
            template: template.into(),
            has_secret,
            meter: metrics
                .as_ref()
                .map(|metrics| metrics.meter(method, template)),
        };
        let routes = operations.iter().map(|operation| {
            let method = operation.method.as_str();
            observed(method, &operation.path, has_secret(operation))
        });
        let mut routes: Vec<_> = routes.collect();
        for template in mounts {
            let methods = methods::METHODS.iter();
            routes.extend(methods.map(|method| observed(method, &template, false)));
        }
        Self {
            routes,
            own_routes: operations.len(),
            unmatched: metrics.as_ref().map(Metrics::unmatched).unwrap_or_default(),
            access_log,
            on_span,
            metrics,
        }
    }

    pub(crate) fn access_log(&self) -> &AccessLog {
        &self.access_log
    }

    pub(crate) fn metrics(&self) -> Option<&Metrics> {
        self.metrics.as_ref()
    }

    /// Returns the index of a mount for a method, as that of a route.
    pub(crate) fn mount(&self, mount: usize, method: &Method) -> usize {
        self.own_routes + mount * methods::METHODS.len() + methods::location(method)
    }

    pub(super) fn route(&self, route: usize) -> &ObservedRoute {
        &self.routes[route]
    }

    /// Returns the meter of a route, or of a method if there is no route.
    pub(super) fn meter(&self, route: Option<usize>, method: &Method) -> Option<&Arc<Meter>> {
        match route {
            Some(route) => self.routes[route].meter.as_ref(),
            None => self.unmatched.get(methods::location(method)),
        }
    }
}

/// Returns whether a variable of the path holds a secret.
fn has_secret(operation: &Operation) -> bool {
    operation.parameters.iter().any(|parameter| {
        parameter.source == ParameterLocation::Path
            && parameter.schema.keyword("writeOnly") == Some(&true.into())
    })
}
