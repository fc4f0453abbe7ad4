//! The compared servers.

use std::path::{Path, PathBuf};
use std::process::Command;

/// One server: a program that is started as `PROGRAM --port N [--workers K]`.
pub struct Peer {
    pub name: &'static str,
    pub what: &'static str,
    program: Program,
    /// The number of workers to pass; `None` passes none, and the server uses one per core.
    workers: Option<u32>,
    /// Workloads that it does not support, by the prefixes of their names, and why.
    lacks: &'static [(&'static str, &'static str)],
    /// The path that responds as soon as the server is ready.
    pub first: &'static str,
}

enum Program {
    /// Beside the harness.
    Rust,
    /// `bench/python/NAME.py`, and the virtual environment beside it.
    Python(&'static str, &'static str),
    /// Where workloads build their generated programs.
    Built(&'static str),
}

const fn rust(name: &'static str, what: &'static str) -> Peer {
    Peer {
        name,
        what,
        program: Program::Rust,
        workers: None,
        lacks: &[],
        first: "/",
    }
}

const fn python(name: &'static str, what: &'static str, file: &'static str) -> Peer {
    Peer {
        program: Program::Python(file, "venv"),
        lacks: &[TOO_MANY_STREAMS],
        ..rust(name, what)
    }
}

/// A program with only the route `GET /hello/{name}`, which a workload has built.
pub const fn greeter(name: &'static str, what: &'static str, file: &'static str) -> Peer {
    Peer {
        program: Program::Built(file),
        first: "/hello/World",
        ..rust(name, what)
    }
}

const TOO_MANY_STREAMS: (&str, &str) = (
    "paced_10000",
    "1,000 streams are more than Python serves in time",
);

const NO_EVENTS: &str = "its streams are asked for by POST, and are no event streams";

pub static PEERS: &[Peer] = &[
    rust(
        "raw",
        "hyper and serde_json with nothing but the checks, written by hand",
    ),
    rust("avocet", "Avocet"),
    rust("axum_garde", "axum, garde and utoipa"),
    rust("actix_garde", "actix-web, garde and actix-web-lab"),
    rust("poem", "poem-openapi"),
    Peer {
        lacks: &[("chat", "its models have no tagged unions")],
        ..rust("blazingly", "blazingly on its own server")
    },
    Peer {
        workers: Some(1),
        ..python(
            "fastapi_1",
            "FastAPI on Uvicorn, one worker",
            "fastapi_uvicorn.py",
        )
    },
    Peer {
        workers: Some(2),
        ..python(
            "fastapi_2",
            "FastAPI on Uvicorn, two workers",
            "fastapi_uvicorn.py",
        )
    },
    python("granian", "FastAPI on Granian", "fastapi_granian.py"),
    python("litestar", "Litestar on Uvicorn", "litestar_uvicorn.py"),
    python("robyn", "Robyn with Pydantic", "robyn_server.py"),
    Peer {
        lacks: &[
            ("hello", "its `GET /` is a page of its own"),
            ("together", NO_EVENTS),
            ("alone", NO_EVENTS),
            ("paced", NO_EVENTS),
            ("blocking", "what blocks a model blocks its worker"),
        ],
        ..python("litserve", "LitServe", "litserve_server.py")
    },
];

/// The servers of models, which have no other workloads.
pub static MODELS: &[Peer] = &[
    rust("avocet_inference", "Avocet with avocet-inference"),
    Peer {
        first: "/readyz",
        ..rust("furnace", "furnace-server")
    },
    python(
        "litserve_models",
        "LitServe with batches",
        "litserve_models.py",
    ),
    Peer {
        program: Program::Python("bentoml_server.py", "venv-bentoml"),
        first: "/readyz",
        ..rust("bentoml", "BentoML with batches")
    },
];

/// The package of the servers of models.
pub const INFERENCE: &str = "avocet-bench-inference";

/// Returns the package that has this program.
pub fn package_of(program: &str) -> &'static str {
    let of_models = MODELS.iter().any(|peer| peer.name == program);
    if of_models || program == "idle_latency" {
        INFERENCE
    } else {
        "avocet-bench"
    }
}

/// Returns the server with this name.
pub fn named(name: &str) -> Option<&'static Peer> {
    PEERS.iter().chain(MODELS).find(|peer| peer.name == name)
}

impl Peer {
    /// Returns why it does not support a workload, or `None`.
    pub fn lacks(&self, workload: &str) -> Option<&'static str> {
        let lack = |(beginning, _): &&(&str, &str)| workload.starts_with(beginning);
        self.lacks.iter().find(lack).map(|(_, why)| *why)
    }

    /// Returns the approximate start time in seconds.
    pub fn start_seconds(&self) -> f64 {
        match self.program {
            Program::Rust | Program::Built(_) => 0.1,
            Program::Python(..) => 2.0,
        }
    }

    /// Checks that it can be started; the error says what to do first.
    pub fn prepared(&self) -> Result<(), String> {
        match self.program {
            Program::Python(_, environment) if !interpreter(environment).exists() => {
                Err("run bench/python/prepare".to_owned())
            }
            _ => Ok(()),
        }
    }

    /// Returns whether it is a program of this package.
    pub fn is_compiled(&self) -> bool {
        matches!(self.program, Program::Rust)
    }

    /// Returns the path of its binary, unless it is interpreted.
    pub fn binary(&self) -> Option<PathBuf> {
        match self.program {
            Program::Rust => Some(beside(self.name)),
            Program::Built(file) => Some(built().join(file)),
            Program::Python(..) => None,
        }
    }

    /// Returns the command that starts it.
    pub fn command(&self, port: u16) -> Command {
        let mut command = match self.program {
            Program::Rust => Command::new(beside(self.name)),
            Program::Built(file) => Command::new(built().join(file)),
            Program::Python(file, environment) => {
                let mut command = Command::new(interpreter(environment));
                command.arg(folder().join("python").join(file));
                command
            }
        };
        command.args(["--port", &port.to_string()]);
        if let Some(workers) = self.workers {
            command.args(["--workers", &workers.to_string()]);
        }
        command
    }
}

fn interpreter(environment: &str) -> PathBuf {
    folder().join("python").join(environment).join("bin/python")
}

/// Returns the folder `bench`.
pub fn folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Returns the path of a program of this package.
pub fn beside(name: &str) -> PathBuf {
    let harness = std::env::current_exe().expect("a program");
    harness.with_file_name(name)
}

/// Returns the folder for generated programs.
pub fn apps() -> PathBuf {
    beside("apps")
}

/// Returns their shared target folder, so that common dependencies are built once.
pub fn built() -> PathBuf {
    apps().join("target")
}
