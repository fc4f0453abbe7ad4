//! What the suites run against: the application, the application behind a layer, and a router of axum on the same server.

use std::process::{Command, Stdio};

use avocet::{App, Settings};
use tower_layer::Identity;

use crate::axum_echo;

/// What is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    App,
    /// The application behind a layer that changes nothing.
    Layered,
    /// A router of axum, with the same routes as far as axum has them.
    Axum,
}

impl Target {
    /// Returns a command that serves it, with the arguments of the program.
    pub(crate) fn command(self, arguments: &[&str]) -> Command {
        if self == Self::App {
            let mut command = Command::new(env!("CARGO_BIN_EXE_echo"));
            command.args(arguments);
            return command;
        }
        let this = std::env::current_exe().expect("this program");
        let mut command = Command::new(this);
        command
            .args(["--exact", "target::served", "--ignored", "--nocapture"])
            .env(TARGET, format!("{self:?}"))
            .env(ARGUMENTS, arguments.join("\n"))
            // The lines of the test harness.
            .stdout(Stdio::null());
        command
    }

    /// Returns the length of a run: the full one against the application, a short one against the others.
    pub(crate) fn share(self, of: u64) -> u64 {
        if self == Self::App {
            of
        } else {
            of.div_ceil(4)
        }
    }
}

/// Adds a layer that changes nothing.
pub(crate) fn layered(app: App) -> App {
    app.layer(Identity::new())
}

/// Makes tests of functions that take a [`Target`], one against each.
macro_rules! against_each_target {
    (async $($name:ident)+) => { $(
        mod $name {
            use crate::target::Target;

            #[tokio::test]
            async fn app() {
                super::$name(Target::App).await;
            }

            #[tokio::test]
            async fn behind_a_layer() {
                super::$name(Target::Layered).await;
            }

            #[tokio::test]
            async fn with_a_router_of_axum() {
                super::$name(Target::Axum).await;
            }
        }
    )+ };
    ($($name:ident)+) => { $(
        mod $name {
            use crate::target::Target;

            #[test]
            fn app() {
                super::$name(Target::App);
            }

            #[test]
            fn behind_a_layer() {
                super::$name(Target::Layered);
            }

            #[test]
            fn with_a_router_of_axum() {
                super::$name(Target::Axum);
            }
        }
    )+ };
}

pub(crate) use against_each_target;

const TARGET: &str = "ECHO_TARGET";
const ARGUMENTS: &str = "ECHO_ARGUMENTS";

#[avocet::main]
#[test]
#[ignore = "a server, which other tests start as a process"]
async fn served() -> avocet::Result<()> {
    let Ok(target) = std::env::var(TARGET) else {
        return Ok(());
    };
    let arguments = std::env::var(ARGUMENTS).unwrap_or_default();
    let program = Settings::program("echo", "Echoes requests.");
    let Some(settings) = program.load_from(arguments.lines(), [])? else {
        return Ok(());
    };
    if target == format!("{:?}", Target::Axum) {
        axum_echo::run(&settings).await
    } else {
        layered(echo::app()).run_with(settings).await
    }
}
