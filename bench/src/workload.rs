//! The workloads: the requests to a server, and the compared figures.

use avocet_bench::{TOKENS, bodies};

use crate::figures::Figure;
use crate::inference::{batch, fairness, idle, overload, storm, tokens};
use crate::peers::{self, PEERS, Peer};
use crate::probes::{self, Probe};
use crate::record::Measured;
use crate::server::Server;
use crate::wrk::{self, Load};
use crate::{blocking, build, paced, start};

pub struct Workload {
    pub name: &'static str,
    pub what: &'static str,
    pub unit: &'static str,
    /// The server that the others are compared with.
    pub yardstick: &'static str,
    pub task: Task,
    /// Figures compared as ratios, with a chart each.
    pub compared: &'static [Figure],
    /// Additional figures that are listed.
    pub told: &'static [Figure],
}

pub enum Task {
    /// `wrk` sends requests to a running server.
    Requests(fn() -> Load),
    /// This many open streams.
    Paced(u32),
    /// Blocked threads, and their effect on other requests.
    Blocking,
    /// Requests to models.
    Models {
        contestants: fn() -> Vec<&'static str>,
        measure: fn(&str, u32) -> Result<Measured, String>,
        /// The program that is measured or sends the requests, besides the contestants.
        program: &'static str,
        /// The seconds of one round besides those of the measurement.
        overhead: f64,
    },
    /// A measurement that starts its own processes: the contestants, the function that measures, and its approximate seconds per round.
    Other {
        /// Whether it starts servers of the table.
        servers: bool,
        contestants: fn() -> Vec<&'static str>,
        measure: fn(&str) -> Result<Measured, String>,
        seconds: u32,
    },
}

use Figure::{Cpu, Memory, More, P50, P99, Rate, Wall};

const REQUESTS: &[Figure] = &[Rate, P50, P99, Memory];

pub static WORKLOADS: &[Workload] = &[
    Workload {
        name: "hello",
        what: "`GET /` with a constant answer: what a framework costs by itself",
        unit: "request",
        yardstick: "raw",
        task: Task::Requests(|| Load::get("/")),
        compared: &[Cpu],
        told: REQUESTS,
    },
    Workload {
        name: "vector",
        what: "`POST /embed` with a text of 1 to 64 characters and exactly 512 finite floats of nine digits; answers the text and the norm",
        unit: "request",
        yardstick: "raw",
        task: Task::Requests(|| Load::post("/embed", bodies::vector())),
        compared: &[Cpu],
        told: REQUESTS,
    },
    Workload {
        name: "invalid",
        what: "the same with one float replaced by a text and one missing; some answer every problem, others the first",
        unit: "request",
        yardstick: "raw",
        task: Task::Requests(|| Load {
            refused: true,
            ..Load::post("/embed", bodies::invalid_vector())
        }),
        compared: &[Cpu],
        told: REQUESTS,
    },
    Workload {
        name: "chat",
        what: "`POST /chat` with 40 messages of a union that is tagged by the role, 8 KB",
        unit: "request",
        yardstick: "raw",
        task: Task::Requests(|| Load::post("/chat", bodies::chat(true))),
        compared: &[Cpu],
        told: REQUESTS,
    },
    Workload {
        name: "together",
        what: "an event stream of 100 typed tokens that are ready at once, to 64 connections",
        unit: "token",
        yardstick: "raw",
        task: Task::Requests(|| stream("/together")),
        compared: &[Cpu],
        told: REQUESTS,
    },
    Workload {
        name: "alone",
        what: "the same, each token made by another task when the last one was taken, so that each is a write",
        unit: "token",
        yardstick: "raw",
        task: Task::Requests(|| stream("/alone")),
        compared: &[Cpu],
        told: REQUESTS,
    },
    Workload {
        name: "paced_1000",
        what: "1,000 open event streams, a token each 100 ms",
        unit: "token",
        yardstick: "raw",
        task: Task::Paced(1_000),
        compared: PACED,
        told: PACED_TOLD,
    },
    Workload {
        name: "paced_10000",
        what: "10,000 of them",
        unit: "token",
        yardstick: "raw",
        task: Task::Paced(10_000),
        compared: PACED,
        told: PACED_TOLD,
    },
    Workload {
        name: "blocking",
        what: "200 requests at once whose handlers block a thread for 300 ms, while `GET /` is due each 5 ms: p50 and p99 are of the latter",
        unit: "blocked request",
        yardstick: "raw",
        task: Task::Blocking,
        compared: &[P99],
        told: &[
            P50,
            More("all_blocked_ms", "ms until all 200 are answered"),
            Memory,
            LATE,
        ],
    },
    Workload {
        name: "start",
        what: "from the start of a program to its first answer, its memory before any work, and its size; `hello` is `examples/hello`",
        unit: "start",
        yardstick: "raw",
        task: Task::Other {
            servers: true,
            contestants: start::contestants,
            measure: start::measure,
            seconds: start::ESTIMATE,
        },
        compared: &[P50],
        told: &[More("slowest_ms", "slowest ms"), Memory, BINARY],
    },
    Workload {
        name: "build_check",
        what: "`cargo check` after an edit of one of eleven files: forty endpoints with checks and a document (`axum` without either, `actix_garde` without a document)",
        unit: "check",
        yardstick: "axum",
        task: Task::Other {
            servers: false,
            contestants: build::applications,
            measure: build::check,
            seconds: 4,
        },
        compared: &[Wall],
        told: BUILD,
    },
    Workload {
        name: "build_clean",
        what: "a development build of the smallest program and all that it depends on, from nothing",
        unit: "build",
        yardstick: "axum",
        task: Task::Other {
            servers: false,
            contestants: build::smallest,
            measure: build::clean,
            seconds: 40,
        },
        compared: &[Wall],
        told: BUILD,
    },
    Workload {
        name: "build_run",
        what: "from an edit of the smallest program to the first answer of what was built anew",
        unit: "edit",
        yardstick: "axum",
        task: Task::Other {
            servers: false,
            contestants: build::smallest,
            measure: build::edit_and_run,
            seconds: 8,
        },
        compared: &[Wall],
        told: BUILD,
    },
    Workload {
        name: "batch",
        what: "`POST /predict` with a number from 256 clients; the model takes 4 ms a call, whatever the batch up to 32: 8,000 a second at best",
        unit: "request",
        yardstick: "avocet_inference",
        task: models(batch::servers, batch::measure, 1.5),
        compared: &[Cpu],
        told: &[Rate, IDEAL, P50, P99, Memory],
    },
    Workload {
        name: "tokens",
        what: "streams of 64 tokens as events of OpenAI's completions to 64 clients; the model takes 1 ms for a token of up to 32 sequences: 32,000 a second at best",
        unit: "token",
        yardstick: "avocet_inference",
        task: models(tokens::servers, tokens::measure, 1.5),
        compared: &[Cpu],
        told: &[Rate, IDEAL, P50, P99, Memory],
    },
    Workload {
        name: "idle",
        what: "one request to an idle model that takes no time: called directly, through a channel to a thread and back, and with `Workers::run`; the latter also with cores that do not sleep",
        unit: "call",
        yardstick: "thread",
        task: Task::Models {
            contestants: idle::contestants,
            measure: idle::measure,
            program: "idle_latency",
            overhead: 0.5,
        },
        compared: &[idle::MEDIAN],
        told: &[idle::P99],
    },
    Workload {
        name: "overload",
        what: "2,000 requests a second, whatever the responses; the model takes 20 ms a call with up to 8 inputs: 400 a second at best; p50 and p99 are of the successful ones",
        unit: "response",
        yardstick: "avocet_inference",
        task: models(overload::servers, overload::measure, 12.0),
        compared: &[P99],
        told: overload::FIGURES,
    },
    Workload {
        name: "batch_size",
        what: "the workload `batch` with each maximum batch size",
        unit: "request",
        yardstick: "batch_1",
        task: models(batch::sizes, batch::measure_size, 1.5),
        compared: &[],
        told: &[Rate, IDEAL, P50, P99, Cpu],
    },
    Workload {
        name: "offered",
        what: "the model of `overload` and a queue of 32, requests at random times, with each offered load as a percentage of the capacity",
        unit: "response",
        yardstick: "offered_20",
        task: models(overload::loads, overload::measure_load, 1.5),
        compared: &[],
        told: &[Rate, P50, P99, overload::REJECTED],
    },
    Workload {
        name: "fairness",
        what: "the model of `batch`; one caller sends a request 7 ms after each response: alone, while a different caller has 200 open, and while that one may \
            use one of two replicas",
        unit: "request",
        yardstick: "alone",
        task: models(fairness::contestants, fairness::measure, 1.0),
        compared: &[P99],
        told: &[P50, fairness::FLOOD],
    },
    Workload {
        name: "storm",
        what: "1,000 clients leave, eight times, while their requests wait, while batches are formed, while the model runs, or while it streams",
        unit: "storm",
        yardstick: "queued",
        task: models(storm::phases, storm::measure, 18.0),
        compared: &[],
        told: storm::FIGURES,
    },
];

/// Requests to servers of models.
const fn models(
    contestants: fn() -> Vec<&'static str>,
    measure: fn(&str, u32) -> Result<Measured, String>,
    overhead: f64,
) -> Task {
    Task::Models {
        contestants,
        measure,
        program: "avocet_inference",
        overhead,
    }
}

/// The units per second, as a percentage of those that the model can do.
pub const IDEAL: Figure = More("ideal_percent", "% of the ideal");

/// Memory of a stream.
pub const PER_STREAM: Figure = More("kib_per_stream", "KiB per stream");
/// The program on disk.
pub const BINARY: Figure = More("binary_mb", "program MB");
const BUILD: &[Figure] = &[More("cpu_s", "CPU seconds")];
const LATE: Figure = More("own_lateness_p99_ms", "client late, p99 ms");
const PACED: &[Figure] = &[Cpu, PER_STREAM];
const PACED_TOLD: &[Figure] = &[
    P50,
    P99,
    More("delivered_percent", "% of tokens in time"),
    LATE,
];

fn stream(path: &'static str) -> Load {
    Load {
        connections: 64,
        tokens: Some(TOKENS),
        ..Load::get(path)
    }
}

impl Workload {
    /// Returns the possible contestants, prepared or not.
    pub fn contestants(&self) -> Vec<&'static str> {
        match self.task {
            Task::Other { contestants, .. } | Task::Models { contestants, .. } => contestants(),
            _ => PEERS.iter().map(|peer| peer.name).collect(),
        }
    }

    /// Returns whether it starts the contestants itself.
    pub fn starts_servers(&self) -> bool {
        !matches!(self.task, Task::Other { servers: false, .. })
    }

    /// Returns whether it sends requests to running servers.
    pub fn of_servers(&self) -> bool {
        !matches!(self.task, Task::Other { .. } | Task::Models { .. })
    }

    /// Returns the program that it needs besides its contestants.
    pub fn client(&self) -> Option<&'static str> {
        match self.task {
            Task::Paced(_) => Some("paced_client"),
            Task::Models { program, .. } => Some(program),
            _ => None,
        }
    }

    /// Returns the probes that a server must pass to take part.
    pub fn probes(&self) -> Vec<Probe> {
        match (&self.task, self.name) {
            (Task::Paced(_), _) => probes::paced(),
            (Task::Blocking, _) => probes::block(),
            (_, "hello") => probes::hello(),
            (_, "vector" | "invalid") => probes::embed(),
            (_, "chat") => probes::chat(),
            (_, "together") => probes::together(),
            (_, "alone") => probes::alone(),
            _ => Vec::new(),
        }
    }

    /// Returns the estimated seconds of one round of one contestant, slightly more than observed.
    pub fn estimate(&self, contestant: &str, seconds: u32) -> f64 {
        let starting = peers::named(contestant).map_or(0.0, Peer::start_seconds);
        let seconds = starting + f64::from(seconds);
        match self.task {
            Task::Requests(_) => 1.2 + seconds,
            Task::Paced(streams) => 3.0 + f64::from(streams) / 2_000.0 + seconds,
            Task::Blocking => 0.8 + seconds,
            Task::Models { overhead, .. } => overhead + seconds,
            Task::Other { seconds, .. } => seconds.into(),
        }
    }

    /// Measures one round of one contestant.
    pub fn measure(&self, contestant: &str, seconds: u32) -> Result<Measured, String> {
        let server = || {
            let peer = peers::named(contestant).ok_or("no such server")?;
            Server::start(peer)
        };
        let measured = match &self.task {
            Task::Requests(load) => wrk::measure(&server()?, &load(), seconds),
            Task::Paced(streams) => paced::measure(&server()?, *streams, seconds),
            Task::Blocking => blocking::measure(&server()?, seconds),
            Task::Models { measure, .. } => measure(contestant, seconds),
            Task::Other { measure, .. } => measure(contestant),
        }?;
        Ok(Measured {
            unit: self.unit.to_owned(),
            ..measured
        })
    }
}
