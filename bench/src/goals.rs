//! Avocet's performance goals, as ratios in one run.

use std::fmt::Write as _;

use crate::figures::{Cell, Figure};
use crate::inference::{idle, overload, storm};
use crate::record::Record;
use crate::table::{number, ratio};
use crate::workload::{BINARY, IDEAL, PER_STREAM};

struct Goal {
    says: &'static str,
    /// The figure, or the numerator.
    of: Cell<'static>,
    by: Option<Cell<'static>>,
    bound: Bound,
}

#[derive(Clone, Copy)]
enum Bound {
    AtMost(f64),
    AtLeast(f64),
    Below(f64),
}

use Bound::{AtLeast, AtMost, Below};

impl Bound {
    fn met(self, value: f64) -> bool {
        match self {
            Self::AtMost(bound) => value <= bound,
            Self::AtLeast(bound) => value >= bound,
            Self::Below(bound) => value < bound,
        }
    }
}

const fn cell(workload: &'static str, server: &'static str, figure: Figure) -> Cell<'static> {
    Cell {
        workload,
        server,
        figure,
    }
}

/// The CPU time of a workload on one server, divided by that on the other.
const fn cpu(
    says: &'static str,
    workload: &'static str,
    servers: [&'static str; 2],
    bound: Bound,
) -> Goal {
    Goal {
        says,
        of: cell(workload, servers[0], Figure::Cpu),
        by: Some(cell(workload, servers[1], Figure::Cpu)),
        bound,
    }
}

const MODELS: &str = "avocet_inference";

/// A figure of Avocet's models.
const fn of_model(
    says: &'static str,
    workload: &'static str,
    figure: Figure,
    bound: Bound,
) -> Goal {
    Goal {
        says,
        of: cell(workload, MODELS, figure),
        by: None,
        bound,
    }
}

#[rustfmt::skip]
static GOALS: &[Goal] = &[
    cpu("hello: at most 1.08 of raw hyper", "hello", ["avocet", "raw"], AtMost(1.08)),
    cpu("hello: ahead of actix-web", "hello", ["avocet", "actix_garde"], Below(1.0)),
    cpu("hello: ahead of poem-openapi", "hello", ["avocet", "poem"], Below(1.0)),
    cpu("hello: at least 12 times FastAPI", "hello", ["fastapi_1", "avocet"], AtLeast(12.0)),
    cpu("vector: at most 0.9 of raw hyper and serde_json", "vector", ["avocet", "raw"], AtMost(0.9)),
    cpu("vector: at least 1.4 times axum and garde", "vector", ["axum_garde", "avocet"], AtLeast(1.4)),
    cpu("vector: at least 15 times FastAPI", "vector", ["fastapi_1", "avocet"], AtLeast(15.0)),
    cpu("invalid: all errors at no more than axum's first", "invalid", ["avocet", "axum_garde"], AtMost(1.0)),
    cpu("invalid: at least 40 times FastAPI", "invalid", ["fastapi_1", "avocet"], AtLeast(40.0)),
    cpu("chat: at least 1.5 times axum and serde", "chat", ["axum_garde", "avocet"], AtLeast(1.5)),
    cpu("together: at least 2 times axum", "together", ["axum_garde", "avocet"], AtLeast(2.0)),
    cpu("together: at least 20 times FastAPI's typed events", "together", ["fastapi_1", "avocet"], AtLeast(20.0)),
    cpu("alone: at least 1 times axum", "alone", ["axum_garde", "avocet"], AtLeast(1.0)),
    cpu("alone: at least 20 times FastAPI's typed events", "alone", ["fastapi_1", "avocet"], AtLeast(20.0)),
    Goal {
        says: "paced: 10,000 streams at 16 KiB each or less",
        of: cell("paced_10000", "avocet", PER_STREAM),
        by: None,
        bound: AtMost(16.0),
    },
    cpu("paced: 10,000 streams at most 1.5 of raw hyper", "paced_10000", ["avocet", "raw"], AtMost(1.5)),
    Goal {
        says: "paced: p99 of 10,000 streams at most twice that of 1,000",
        of: cell("paced_10000", "avocet", Figure::P99),
        by: Some(cell("paced_1000", "avocet", Figure::P99)),
        bound: AtMost(2.0),
    },
    Goal {
        says: "start: hello's first answer within 20 ms",
        of: cell("start", "hello", Figure::P50),
        by: None,
        bound: AtMost(20.0),
    },
    Goal {
        says: "start: hello in 10 MB of memory",
        of: cell("start", "hello", Figure::Memory),
        by: None,
        bound: AtMost(10.0),
    },
    Goal {
        says: "start: hello's program in 8 MB",
        of: cell("start", "hello", BINARY),
        by: None,
        bound: AtMost(8.0),
    },
    Goal {
        says: "build: a check of forty endpoints at most 1.4 of plain axum",
        of: cell("build_check", "avocet", Figure::Wall),
        by: Some(cell("build_check", "axum", Figure::Wall)),
        bound: AtMost(1.4),
    },
    Goal {
        says: "build: a check of forty endpoints below axum, utoipa and garde",
        of: cell("build_check", "avocet", Figure::Wall),
        by: Some(cell("build_check", "axum_garde", Figure::Wall)),
        bound: Below(1.0),
    },
    Goal {
        says: "build: hello answers within 5 s of an edit",
        of: cell("build_run", "avocet", Figure::Wall),
        by: None,
        bound: AtMost(5.0),
    },
    of_model("batch: at least 90 % of the ideal throughput", "batch", IDEAL, AtLeast(90.0)),
    cpu("batch: at least 5 times LitServe", "batch", ["litserve_models", MODELS], AtLeast(5.0)),
    cpu("batch: at least 5 times BentoML", "batch", ["bentoml", MODELS], AtLeast(5.0)),
    cpu("batch: ahead of furnace-server", "batch", [MODELS, "furnace"], Below(1.0)),
    cpu("tokens: ahead of furnace-server", "tokens", [MODELS, "furnace"], Below(1.0)),
    Goal {
        says: "idle: at most 50 µs over a direct call, on cores that do not sleep",
        of: cell("idle", "workers_awake", idle::MEDIAN),
        by: None,
        bound: AtMost(50.0),
    },
    of_model("overload: goodput at least 90 % of the capacity", "overload", overload::GOODPUT, AtLeast(90.0)),
    of_model("overload: rejections within 10 ms", "overload", overload::REJECTION, AtMost(10.0)),
    of_model("overload: p99 at most twice that of an idle server", "overload", overload::SLOWER, AtMost(2.0)),
    Goal {
        says: "fairness: p99 at most twice that without a flood",
        of: cell("fairness", "flooded", Figure::P99),
        by: Some(cell("fairness", "alone", Figure::P99)),
        bound: AtMost(2.0),
    },
    Goal {
        says: "storm: slots of requests that wait are free within 100 ms",
        of: cell("storm", "queued", storm::FREE),
        by: None,
        bound: AtMost(100.0),
    },
    Goal {
        says: "storm: slots of requests that run are free within 100 ms",
        of: cell("storm", "running", storm::FREE),
        by: None,
        bound: AtMost(100.0),
    },
    Goal {
        says: "storm: slots of streams are free within 100 ms",
        of: cell("storm", "streaming", storm::FREE),
        by: None,
        bound: AtMost(100.0),
    },
];

/// Returns a table in Markdown: each goal, the figure, whether it is met, and, for goals of the form "N times better than a peer", the
/// result of bare hyper.
pub fn table(records: &[Record]) -> String {
    let mut text = "| goal | figure | | raw hyper |\n|---|---:|---|---:|\n".to_owned();
    for goal in GOALS {
        let (figure, verdict) = match goal.value(records) {
            None => ("–".to_owned(), "not measured"),
            Some((figure, value)) if goal.bound.met(value) => (figure, "met"),
            Some((figure, _)) => (figure, "**missed**"),
        };
        let raw = goal.of_raw(records);
        let raw = raw.map_or_else(|| "–".to_owned(), ratio);
        let _ = writeln!(text, "| {} | {figure} | {verdict} | {raw} |", goal.says);
    }
    text
}

impl Goal {
    /// Returns the formatted value, and the number itself.
    fn value(&self, records: &[Record]) -> Option<(String, f64)> {
        match self.by {
            Some(by) => {
                let value = self.of.over(by, records)?;
                Some((ratio(value), value))
            }
            None => {
                let value = self.of.spread(records)?.median;
                Some((number(value), value))
            }
        }
    }

    /// Returns bare hyper's value instead of Avocet's, for a goal that compares with a peer.
    fn of_raw(&self, records: &[Record]) -> Option<f64> {
        let by = self.by.filter(|by| by.server == "avocet");
        let ours = by.filter(|_| self.of.server != "avocet")?;
        let raw = Cell {
            server: "raw",
            ..ours
        };
        self.of.over(raw, records)
    }
}

impl Cell<'_> {
    /// Returns the ratio of the medians.
    fn over(self, other: Cell<'_>, records: &[Record]) -> Option<f64> {
        Some(self.spread(records)?.median / other.spread(records)?.median)
    }
}
