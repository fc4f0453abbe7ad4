//! The program on a real socket.

use std::process::Command;

use crate::process::Process;
use crate::target::Target;

#[test]
fn clients_that_leave_are_counted_and_a_signal_ends_it() {
    let mut program = Process::start(Target::App, &[]);
    let waiting = program.send("GET /sleep?ms=600000 HTTP/1.1\r\nhost: x\r\n\r\n");
    let blocked = program.send("GET /block?ms=600000 HTTP/1.1\r\nhost: x\r\n\r\n");
    let reading = program.send("GET /sse?count=9&delay_ms=60000 HTTP/1.1\r\nhost: x\r\n\r\n");
    program.until(r#""running":2,"cancelled":0,"open_streams":1"#);
    drop((waiting, blocked, reading));
    program.until(r#""running":0,"cancelled":3,"open_streams":0"#);

    let signalled = Command::new("kill")
        .args(["-TERM", &program.child.id().to_string()])
        .status()
        .expect("kill runs");
    assert!(signalled.success());
    assert!(program.child.wait().expect("it ends").success());
}

pub(crate) fn run(arguments: &[&str]) -> (bool, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_echo"))
        .args(arguments)
        .output()
        .expect("it starts");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    (
        output.status.success(),
        text(output.stdout),
        text(output.stderr),
    )
}

#[test]
fn the_limits_are_shown() {
    let (success, shown, _) = run(&["--limits"]);
    assert!(success);
    assert!(
        shown.contains("header_time = 10 s") && shown.contains("drain_time = 30 s"),
        "{shown}"
    );
}

#[test]
fn the_document_is_printed_instead_of_serving() {
    let (success, shown, _) = run(&["--port", "0", "--openapi"]);
    assert!(success);
    let service = echo::app().build().expect("it builds");
    let document = serde_json::to_string_pretty(service.openapi()).expect("JSON");
    assert_eq!(shown.trim_end(), document);
}

#[test]
fn everything_that_is_wrong_with_the_options_is_told() {
    let (success, _, said) = run(&["--prot", "80", "--port", "99999", "--cert", "no.pem"]);
    assert!(!success);
    for part in [
        "there is no option `--prot`",
        "`--port` is `99999`, but must be a number from 0 to 65535",
        "`--cert` needs `--key FILE` too",
    ] {
        assert!(said.contains(part), "{said}");
    }
}
