//! The metrics for Prometheus: Avocet's own, and the load of the runtime.

use avocet::observe::Metrics;
use tokio::runtime::Handle;

pub(crate) fn metrics() -> Metrics {
    Metrics::new().at("/metrics").and(|| {
        let tasks = Handle::try_current().map_or(0, |runtime| runtime.metrics().num_alive_tasks());
        format!(
            "# HELP tokio_tasks_alive Alive tasks of the runtime that handles the request.\n\
             # TYPE tokio_tasks_alive gauge\n\
             tokio_tasks_alive {tasks}\n"
        )
    })
}
