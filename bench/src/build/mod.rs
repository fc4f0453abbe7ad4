//! The cost of building: a check after an edit, a build from nothing, the time from an edit to a response.

mod app;
mod cargo;

use app::App;
use cargo::Spent;

use crate::peers::{Peer, built, greeter};
use crate::record::Measured;
use crate::server::Server;

/// The number of edits in one round.
const EDITS: u32 = 3;

/// Applications with forty endpoints; axum's has neither validation nor a document.
pub fn applications() -> Vec<&'static str> {
    vec!["axum", "avocet", "axum_garde", "actix_garde", "poem"]
}

/// The smallest programs.
pub fn smallest() -> Vec<&'static str> {
    vec!["axum", "avocet"]
}

static GREETERS: [Peer; 2] = [
    greeter("axum", "axum's smallest program", "debug/hello_axum"),
    greeter("avocet", "`examples/hello`", "debug/hello_avocet"),
];

/// Measures `cargo check` of an application after an edit of one of its files.
pub fn check(name: &str) -> Result<Measured, String> {
    let app = App::forty_endpoints(name)?;
    let check = || app.cargo(&["check"], &built());
    // The first check builds the dependencies.
    check()?;
    let mut spent = Spent::default();
    for edit in 1..=EDITS {
        app.edit(edit)?;
        spent += check()?;
    }
    Ok(spent.measured(EDITS))
}

/// Measures a development build of the smallest program and all its dependencies, from nothing.
pub fn clean(name: &str) -> Result<Measured, String> {
    let app = App::smallest(name)?;
    app.cargo(&["fetch"], &built())?;
    let empty = tempfile::tempdir().map_err(|error| error.to_string())?;
    Ok(app.cargo(&["build"], empty.path())?.measured(1))
}

/// Measures the time from an edit of the smallest program to the first response of the rebuilt program.
pub fn edit_and_run(name: &str) -> Result<Measured, String> {
    let app = App::smallest(name)?;
    let greeter = GREETERS
        .iter()
        .find(|peer| peer.name == name)
        .ok_or("no such program")?;
    let build = || app.cargo(&["build"], &built());
    build()?;
    let mut spent = Spent::default();
    for edit in 1..=EDITS {
        app.edit(edit)?;
        spent += build()?;
        spent.wall += Server::start(greeter)?.first_response;
    }
    Ok(spent.measured(EDITS))
}

/// Builds `examples/hello` with the release profile.
pub fn hello() -> Result<(), String> {
    App::smallest("avocet")?
        .cargo(&["build", "--release"], &built())
        .map(drop)
}
