//! Settings.

use crate::outputs::assert_shown;
use avocet::Settings;

#[test]
fn the_precedence_is_arguments_environment_file() {
    let program = || {
        Settings::program("chat", "Serves a language model.")
            .option::<u16>("threads", "N", "threads")
    };
    let load = |arguments: &[&'static str]| {
        program().load_from(arguments.to_vec(), [("AVOCET_LIMIT_BODY_BYTES", "1 MiB")])
    };
    let limits = |arguments| {
        load(arguments)
            .unwrap()
            .unwrap()
            .limits(avocet::serve::Limits::default())
    };
    let default = avocet::serve::Limits::default;
    assert_eq!(limits(&[]), default().body_bytes(1 << 20));
    assert_eq!(
        limits(&["--limit", "body_bytes=4MiB"]),
        default().body_bytes(4 << 20)
    );
}

#[test]
fn the_file_is_read() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/src/settings.toml");
    let program = Settings::program("chat", "Serves a language model.");
    let settings = program.load_from(["--config", file], []).unwrap().unwrap();
    let limits = settings.limits(avocet::serve::Limits::default());
    let expected = avocet::serve::Limits::default()
        .body_bytes(16 << 20)
        .drain_time(std::time::Duration::from_secs(60));
    assert_eq!(limits, expected);
}

#[test]
fn errors_are_as_shown() {
    let program = Settings::program("chat", "Serves a language model.");
    let error = program
        .load_from(["--port", "99999", "--limit", "body_bytes=lots"], [])
        .unwrap_err();
    assert_shown("settings_errors.txt", &format!("Error: {error}"));
}
