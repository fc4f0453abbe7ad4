//! Serves each app on a real socket; `kit/replay.py` compares its responses and its document with the recording.
//!
//! Without python3 the tests print that they were skipped, unless `AVOCET_REQUIRE_PYTHON` is set.

use std::io::Write;
use std::path::Path;
use std::process::Command;

use avocet::App;
use avocet::serve::Shutdown;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

/// Serves the app and replays the recording of `name`. Better responses pass only where the kit lists them.
fn replay(name: &str, app: App) {
    if Command::new("python3").arg("--version").output().is_err() {
        assert!(
            std::env::var_os("AVOCET_REQUIRE_PYTHON").is_none(),
            "python3 is missing"
        );
        let _ = writeln!(
            std::io::stderr(),
            "skipped: python3 is missing, so {name} was not replayed"
        );
        return;
    }
    let runtime = Runtime::new().expect("a runtime");
    let service = app.build().unwrap_or_else(|error| panic!("{error}"));
    let listener = runtime
        .block_on(TcpListener::bind("127.0.0.1:0"))
        .expect("a port");
    let address = listener.local_addr().expect("an address");
    let _server = runtime.spawn(service.serve_on(listener, Shutdown::when(std::future::pending())));
    let kit = Path::new(env!("CARGO_MANIFEST_DIR")).join("kit");
    for further in [&["--openapi"][..], &["--openapi", "--better"]] {
        let output = Command::new("python3")
            .current_dir(&kit)
            .args(["-B", "replay.py", name, &format!("http://{address}")])
            .args(further)
            .output()
            .expect("python3 runs");
        let said =
            String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{name} {further:?}\n{said}");
    }
}

#[test]
fn items() {
    replay("items", conformance::parts::app());
}

#[test]
fn models() {
    replay("models", conformance::workshop::app());
}

#[test]
fn errors_merged() {
    replay("errors-merged", conformance::customs::app());
}

#[test]
fn types() {
    replay("types", conformance::registry::app());
}

#[test]
fn params() {
    replay("params", conformance::prints::app());
}

#[test]
fn security() {
    replay("security", conformance::club::app());
}

#[test]
fn responses() {
    replay("responses", conformance::news::app());
}

#[test]
fn routing() {
    replay("routing", conformance::town::app());
}
