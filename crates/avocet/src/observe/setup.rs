//! The observability settings of an application and its routes.

use std::sync::Arc;

use http::Method;

use super::metrics::Meter;
use super::{AccessLog, Metrics, OnSpan, methods};
use crate::operation::{Operation, ParameterLocation};

/// The observability settings of an application and its routes.
#[derive(Debug)]
pub(crate) struct Observe {
    routes: Vec<ObservedRoute>,
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
        access_log: AccessLog,
        on_span: OnSpan,
        metrics: Option<Metrics>,
    ) -> Self {
        let routes = operations.iter().map(|operation| ObservedRoute {
            name: format!("{} {}", operation.method, operation.path).into(),
            template: operation.path.as_str().into(),
            has_secret: has_secret(operation),
            meter: metrics
                .as_ref()
                .map(|metrics| metrics.meter(operation.method.as_str(), &operation.path)),
        });
        Self {
            routes: routes.collect(),
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
