//! The models of an application: its view, the status of an overload, the figures among its metrics.

use std::collections::HashSet;

use http::StatusCode;

use super::App;
use crate::error::document_overload_status;
use crate::inference::view;
use crate::operation::Mistake;
use crate::route::Route;

/// What an application sets for its models.
#[derive(Debug, Default)]
pub(super) struct InferenceSettings {
    view: Option<String>,
    pub(super) overload_status: Option<StatusCode>,
}

impl App {
    /// Serves a page that shows all [workers](crate::inference::Workers) of the application: their state, queues, limits, times and errors, as text or, for a request
    /// that accepts `application/json`, as JSON. The route is not in the document.
    ///
    /// Every client of the application can read it. To prevent that, serve [`view`](crate::inference::view) on another address.
    ///
    /// ```
    /// let app = avocet::App::new("Models", "1.0.0").inference_view("/inference");
    /// ```
    pub fn inference_view(mut self, path: impl Into<String>) -> Self {
        self.inference.view = Some(path.into());
        self
    }

    /// Sets the status of requests that the queue of a model rejects because it is full or the result would be late: 503, which is the default,
    /// or 429. Any other status is a [`BuildError`](crate::BuildError).
    ///
    /// A load balancer may take an instance that responds with 503 out of service, where it would only pass on a 429. The status of a
    /// caller that has too many requests of its own is always 429.
    ///
    /// ```
    /// use http::StatusCode;
    ///
    /// let app = avocet::App::new("Models", "1.0.0").overload_status(StatusCode::TOO_MANY_REQUESTS);
    /// assert!(app.build().is_ok());
    /// ```
    pub fn overload_status(mut self, status: StatusCode) -> Self {
        self.inference.overload_status = Some(status);
        self
    }

    /// Adds the figures of all models to the metrics, and returns the route of the view.
    pub(super) fn show_models(&mut self) -> Option<Route> {
        let monitors = self.steps.monitors();
        if let Some(metrics) = &self.metrics {
            metrics.watch(monitors.clone());
        }
        let path = self.inference.view.take()?;
        Some(view(path, monitors))
    }

    /// Sets the status of overloads in all operations.
    pub(super) fn document_overload(&mut self) {
        let Some(status) = self.inference.overload_status else {
            return;
        };
        for route in &mut self.routes {
            document_overload_status(&mut route.operation.errors, status);
        }
    }

    /// Describes what is wrong with the settings of models.
    pub(super) fn inference_mistakes(&self) -> Vec<Mistake> {
        let mut mistakes = Vec::new();
        let status = self.inference.overload_status;
        if let Some(status) = status.filter(|status| ![429, 503].contains(&status.as_u16())) {
            mistakes.push(format!(
                "`App::overload_status` is {}; it must be 429 or 503",
                status.as_u16()
            ));
        }
        let (mut known, mut reported) = (HashSet::new(), HashSet::new());
        for monitor in self.steps.monitors() {
            let name = monitor.name().to_owned();
            if !known.insert(name.clone()) && reported.insert(name.clone()) {
                mistakes.push(format!(
                    "two models have the name `{name}`, by which metrics distinguish them; rename one of the `Workers`"
                ));
            }
        }
        let mistakes = mistakes.into_iter();
        mistakes.map(|what| Mistake::at(what, [])).collect()
    }
}
