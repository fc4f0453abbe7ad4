//! The integration tests of the crate, one binary to save link steps.
//!
//! - `by_hand`: endpoints without macros, from request to response and document.
//! - `connections`: the state of a connection after a response that precedes the end of the request.
//! - `test_context`: extractors without an application.
//! - `truth`: the published schema, the reader and serde agree over arbitrary JSON text.
//! - `kinds`: dates, addresses, decimals and similar types, compared with tables and with their formats.
//! - `hostile`: bodies designed to be expensive.
//! - `json_errors`: malformed JSON, described as Python describes it.
//! - `json_suite`: documents that every JSON parser must accept or reject.
//! - `macros`: the meaning of each attribute.
//! - `mapped_errors`: responses that an application sets for types of errors, and redirects.
//! - `non_finite`: NaN and infinity in every kind of response.
//! - `ui`: the compile errors that users read.
//! - `error_pages`: errors as pages for browsers, and responses that an application sets for statuses.
//! - `development_errors`: the page of an internal error for developers, and what it never shows.
//! - `error_formats`: an error format for each router, on the wire and in the document.
//! - `forms`: forms and files.
//! - `raw_bodies`: bodies that are not read as JSON.
//! - `routing`: encoded slashes, redirects for slashes, `Allow`.
//! - `parameters`: the values of text sources, singly and as models.
//! - `streams`: server-sent events, JSON lines, bytes.
//! - `tasks`: work beside a handler: tasks, producers, detached handlers.
//! - `time_limits`: time limits of routes, and what a handler's calls inherit of the context.
//! - `layers`: layers, middleware and mounted services.
//! - `dependencies`: how often and in which order they run, and what wins over what.
//! - `cleanup`: clean-up and background tasks, with every outcome of a request.
//! - `response_parts`: headers and cookies that dependencies add to responses.
//! - `security`: credentials that are missing, malformed or ambiguous, and schemes in the document.
//! - `lifecycle`: states made at start, start and stop hooks, components.
//! - `plugins`: plugins, and calls of operations in the process.
//! - `promises`: what the guide promises by default, each test named after its row of the table.
//! - `include_input_in_errors`: the input, shown in errors.
//! - `inference`: models on threads: errors, deadlines, streams, departures, figures.
//! - `observe`: ids, spans, logs, metrics and health.
//! - `served`: no tests, but an application on a socket for the tests that need one.
//! - `several_responses`: several responses of one operation, chosen by the handler or described by status.
//! - `sockets`: the whole application on a real socket.
//! - `panics`: the cost of a handler that panics.
//! - `stopping`: what the end of a server and of its program waits for.
//! - `limits`: each limit of the server, on both sides.
//! - `settings`: the options at start-up.
//! - `websockets`: typed messages in both directions, frame by frame too.
//! - `departures`: clients that disconnect at random, without leaked resources.
//! - `document`: the document matches the application, where the two could differ.
//! - `snapshots`: whole documents, error bodies, log lines and metrics, compared byte by byte.
//! - `docs_page`: the docs page, in process and in a real browser.
//! - `docs_forms`: the forms of the docs page, in a real browser.
//! - `docs_login`: logging in from the docs page, in a real browser.
//! - `grpc`: what gRPC needs of a mounted service: HTTP/2 in both directions, and trailers.

mod by_hand;
mod cleanup;
mod connections;
mod departures;
mod dependencies;
mod development_errors;
mod docs_forms;
mod docs_login;
mod docs_page;
mod document;
mod documents;
mod error_formats;
mod error_pages;
mod forms;
mod grpc;
mod hostile;
mod include_input_in_errors;
#[cfg(feature = "inference")]
mod inference;
mod json_errors;
mod json_suite;
mod kinds;
mod layers;
mod lifecycle;
mod limits;
mod macros;
mod mapped_errors;
mod mounts;
mod non_finite;
mod observe;
mod panics;
mod parameters;
mod plugins;
mod promises;
mod raw_bodies;
mod response_parts;
mod routing;
mod security;
mod served;
#[cfg(feature = "settings")]
mod settings;
mod several_responses;
mod snapshots;
mod sockets;
mod stopping;
mod streams;
mod tasks;
mod test_client;
mod test_context;
mod time_limits;
mod truth;
mod ui;
#[cfg(feature = "websocket")]
mod websockets;

/// Prints that a test was skipped, bypassing the harness, which captures the output of a passing test.
fn skipped(why: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "skipped: {why}");
}

/// Compares a document with its snapshot, and writes it to the folder in `AVOCET_DOCUMENTS`, where `.ci/run` validates it.
fn publish(name: &str, document: &avocet::model::OrderedJson) {
    snapshots::document(name, document);
    if let Some(folder) = std::env::var_os("AVOCET_DOCUMENTS") {
        let path = std::path::Path::new(&folder)
            .join(name)
            .with_extension("json");
        std::fs::create_dir_all(folder).expect("a folder");
        std::fs::write(path, document.to_string()).expect("a file");
    }
}
