//! The tests of the crate from outside, one binary to save link steps.
//!
//! - `beside`: what runs beside a handler: tasks, producers, handlers that run on.
//! - `by_hand`: endpoints without macros, from request to answer and document.
//! - `connections`: what becomes of a connection after an answer that came before the whole request.
//! - `truth`: the published schema, the reader and serde agree over arbitrary JSON text.
//! - `kinds`: dates, addresses, decimals and their like, held against tables and against their formats.
//! - `hostile`: bodies made to cost more than they should.
//! - `json_suite`: documents that every JSON parser must take or refuse.
//! - `macros`: what each attribute means.
//! - `non_finite`: NaN and infinity in every kind of response.
//! - `ui`: the compile errors that users read.
//! - `forms`: forms and files.
//! - `routing`: encoded slashes, redirects for slashes, `Allow`.
//! - `parameters`: what text sources give, value by value and as models.
//! - `streams`: server-sent events, JSON lines, bytes.
//! - `include_input_in_errors`: what was sent, shown in errors.
//! - `observe`: ids, spans, logs, metrics and health.
//! - `served`: no tests, but an application on a socket for those that need one.
//! - `sockets`: the whole application on a real socket.
//! - `panics`: what a handler that panics costs.
//! - `stopping`: what the end of a server, and of its program, waits for.
//! - `limits`: each limit of the server, on both of its sides.
//! - `settings`: what a program is told when it is started.
//! - `websockets`: typed messages in both directions, frame by frame too.
//! - `departures`: clients that leave at random, and that nothing of them stays.
//! - `document`: that the document says what the application does, where the two could part.
//! - `snapshots`: whole documents, error bodies, log lines and metrics, compared byte by byte.
//! - `docs_page`: the docs page, in process and in a real browser.
//! - `docs_forms`: the forms of the docs page, in a real browser.

mod by_hand;
mod connections;
mod departures;
mod docs_forms;
mod docs_page;
mod document;
mod forms;
mod hostile;
mod include_input_in_errors;
mod json_suite;
mod kinds;
mod limits;
mod macros;
mod non_finite;
mod observe;
mod panics;
mod parameters;
mod routing;
mod served;
#[cfg(feature = "settings")]
mod settings;
mod snapshots;
mod sockets;
mod stopping;
mod streams;
mod tasks;
mod truth;
mod ui;
#[cfg(feature = "websocket")]
mod websockets;

/// Says that a test was skipped, past the harness, which keeps what a passing test prints.
fn skipped(why: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "skipped: {why}");
}

/// Compares a document with its snapshot, and writes it to the folder in `AVOCET_DOCUMENTS`, where `.ci/run` validates it.
fn publish(name: &str, document: &serde_json::Value) {
    snapshots::document(name, document);
    if let Some(folder) = std::env::var_os("AVOCET_DOCUMENTS") {
        let path = std::path::Path::new(&folder)
            .join(name)
            .with_extension("json");
        std::fs::create_dir_all(folder).expect("a folder");
        std::fs::write(path, document.to_string()).expect("a file");
    }
}
