//! What building costs: a check after an edit, a build from nothing, the way from an edit to an answer.

mod app;
mod cargo;

use app::App;
use cargo::Spent;

use crate::peers::{Peer, built, greeter};
use crate::record::Measured;
use crate::server::Server;

/// How often a file is edited in one round.
const EDITS: u32 = 3;

/// Applications of forty endpoints; axum's has neither checks nor a document.
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

/// `cargo check` of an application after an edit of one of its files.
pub fn check(name: &str) -> Result<Measured, String> {
    let app = App::forty_endpoints(name)?;
    let check = || app.cargo(&["check"], &built());
    // What it depends on is built here, the first time.
    check()?;
    let mut spent = Spent::default();
    for edit in 1..=EDITS {
        app.edit(edit)?;
        spent += check()?;
    }
    Ok(spent.measured(EDITS))
}

/// A development build of the smallest program and all that it depends on, from nothing.
pub fn clean(name: &str) -> Result<Measured, String> {
    let app = App::smallest(name)?;
    app.cargo(&["fetch"], &built())?;
    let empty = tempfile::tempdir().map_err(|error| error.to_string())?;
    Ok(app.cargo(&["build"], empty.path())?.measured(1))
}

/// From an edit of the smallest program to the first answer of what was built anew.
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

/// Builds `examples/hello` as it is shipped.
pub fn hello() -> Result<(), String> {
    App::smallest("avocet")?
        .cargo(&["build", "--release"], &built())
        .map(drop)
}
