//! The options of a program at start-up, and its output.

use std::path::PathBuf;

use avocet::serve::Limits;
use avocet::{Program, Settings, SettingsError};

fn program() -> Program {
    Settings::program("shop", "Sells things.")
        .option::<PathBuf>("stock", "DIR", "where the things are")
        .option::<u32>("tills", "N", "how many tills")
}

fn load(arguments: &[&str], environment: &[(&str, &str)]) -> Result<Settings, SettingsError> {
    let arguments = arguments.iter().copied();
    let settings = program().load_from(arguments, environment.iter().copied())?;
    Ok(settings.expect("nothing was asked"))
}

fn server(arguments: &[&str], environment: &[(&str, &str)]) -> String {
    let server = load(arguments, environment)
        .expect("good settings")
        .server();
    format!("{server:?}")
}

/// A file that is deleted at the end.
struct File(PathBuf);

impl File {
    fn new(name: &str, text: &str) -> Self {
        let path = std::env::temp_dir().join(format!("avocet-{name}-{}.toml", std::process::id()));
        std::fs::write(&path, text).expect("a file");
        Self(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().expect("a path of ASCII")
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[test]
fn an_argument_goes_before_a_variable_and_a_variable_before_the_file() {
    let file = File::new(
        "order",
        "host = \"file\"\nport = 1\ntills = 1\n[limits]\nbody_bytes = \"1 KiB\"\nheader_count = 1\n",
    );
    let config = ["--config", file.path()];
    let both = [
        ("AVOCET_PORT", "2"),
        ("AVOCET_LIMIT_BODY_BYTES", "2KiB"),
        ("AVOCET_TILLS", "2"),
    ];
    assert!(server(&config, &[]).contains("file:1"));
    assert!(server(&config, &both).contains("file:2"));
    let all = [
        &config[..],
        &["--port=3", "--limit", "body_bytes=3 KiB", "--tills", "3"],
    ]
    .concat();
    assert!(server(&all, &both).contains("file:3"));
    for (arguments, environment, bytes) in [
        (&config[..], &[][..], 1024),
        (&config, &both, 2048),
        (&all, &both, 3072),
    ] {
        let settings = load(arguments, environment).expect("good settings");
        let expected = Limits::default().body_bytes(bytes).header_count(1);
        assert_eq!(settings.limits(Limits::default()), expected);
        let tills = u32::try_from(bytes / 1024).expect("a small number");
        assert_eq!(settings.get::<u32>("tills"), Some(tills));
        assert_eq!(settings.get::<PathBuf>("stock"), None);
    }
    // The variable can name the file as well.
    assert!(server(&[], &[("AVOCET_CONFIG", file.path())]).contains("file:1"));
}

#[test]
fn where_to_listen() {
    for (arguments, expected) in [
        (&[][..], r#"["127.0.0.1:8000"]"#),
        (&["--host", "::1"], r#"["[::1]:8000"]"#),
        (&["--port", "0", "--host", "0.0.0.0"], r#"["0.0.0.0:0"]"#),
        (
            &["--bind", "127.0.0.1:1, unix:/run/a.sock"],
            r#"["127.0.0.1:1", "unix:/run/a.sock"]"#,
        ),
    ] {
        let server = server(arguments, &[]);
        assert!(
            server.contains(&format!("addresses: {expected}")),
            "{server}"
        );
    }
}

#[test]
fn every_mistake_is_told_with_its_location() {
    let file = File::new(
        "mistakes",
        "prot = 1\nlog = \"loud\"\nhost = { a = 1 }\n[limits]\nbody_byte = 1\nidle_time = 5\n",
    );
    let path = file.path();
    let environment = [
        ("AVOCET_PORT", "99999"),
        ("AVOCET_LIMIT_HEADER_COUNT", "0"),
        ("AVOCET_TILLS", "many"),
        ("AVOCETISH", "ours?"),
    ];
    let arguments = [
        "--config",
        path,
        "--limit",
        "body_bytes",
        "--sell",
        "all",
        "--bind",
        ":9000",
        "now",
        "--key=k",
        "--websocket-origins=https://a.example.com,*",
    ];
    let error = load(&arguments, &environment).expect_err("mistakes");
    let mut errors = error.errors().to_vec();
    errors.sort();
    let address = "write `127.0.0.1:8000`, `0.0.0.0:8000` (every address of this machine), `[::1]:8000` or `unix:/path/to/socket`";
    let mut expected = vec![
        format!("{path}, line 1: there is no setting `prot`"),
        format!("`log` in {path} (line 2) is `loud`, but must be off, error, warn, info, debug or trace"),
        format!("`host` in {path} (line 3) must be a string, a number or a list of strings"),
        format!("`limits.body_byte` in {path} (line 5): there is no limit `body_byte`; `--limits` lists them all"),
        format!("`limits.idle_time` in {path} (line 6): the limit `idle_time` is `5`, but must be a time, such as `30 s`, `500 ms`, `5 min` or `1 h`"),
        "`AVOCET_PORT` is `99999`, but must be a number from 0 to 65535".to_owned(),
        "`AVOCET_LIMIT_HEADER_COUNT`: the limit `header_count` is 0, but must be at least 1".to_owned(),
        "`AVOCET_TILLS` is `many`, but must be N (how many tills): invalid digit found in string".to_owned(),
        "`--limit` is `body_bytes`, but must be a name and a value, such as `--limit body_bytes=4MiB`".to_owned(),
        "there is no option `--sell`; `--help` lists them all".to_owned(),
        "`now` is not an option; `--help` lists them all".to_owned(),
        "`--websocket-origins`: `*` is not an origin; write a scheme and a host, such as `https://app.example.com`".to_owned(),
        format!("`--bind` has `:9000`: there is no host before the colon; {address}"),
        if cfg!(feature = "tls") {
            "`--key` needs `--cert FILE` too".to_owned()
        } else {
            "`--key` needs TLS, but this program was built without avocet's feature `tls`".to_owned()
        },
    ];
    expected.sort();
    assert_eq!(errors, expected);
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let error = load(&["--config", "no/such.toml"], &[]).expect_err("no file");
    assert_eq!(
        error.to_string(),
        "`--config` names the file no/such.toml, which cannot be read: No such file or directory (os error 2)"
    );
    let file = File::new("syntax", "port = 1\nlog = \n");
    let error = load(&["--config", file.path()], &[]).expect_err("no TOML");
    assert!(
        error
            .to_string()
            .starts_with(&format!("{}, line 2: ", file.path())),
        "{error}"
    );
}

#[test]
fn a_question_is_answered_instead() {
    for question in ["--help", "-h", "--limits"] {
        assert!(
            program()
                .load_from([question], [])
                .expect("an answer")
                .is_none()
        );
    }
}

#[test]
fn the_document_is_left_to_the_application() {
    let settings = program().load_from(["--openapi"], []);
    assert!(settings.expect("no error").is_some());
}

#[test]
fn a_name_that_means_something_else_is_a_mistake_of_the_program() {
    let taken = "has the name of a built-in option";
    for (name, what) in [
        ("port", taken),
        ("log", taken),
        ("limit", taken),
        ("limits", taken),
        ("config", taken),
        ("help", taken),
        ("Client_Roots", taken),
        (
            "limit-body-bytes",
            "begins with `limit-`, which is reserved for limits",
        ),
        ("api_key", "is declared twice"),
        (
            "",
            "is not a valid name: use letters, digits, `-` and `_`, with a letter first",
        ),
        (
            "--model",
            "is not a valid name: use letters, digits, `-` and `_`, with a letter first",
        ),
        (
            "a=b",
            "is not a valid name: use letters, digits, `-` and `_`, with a letter first",
        ),
    ] {
        let program = Settings::program("shop", "Sells things.")
            .option::<String>("api-key", "KEY", "the key")
            .option::<String>(name, "VALUE", "mine");
        let error = program.load_from(["--help"], []).expect_err(name);
        let expected = format!("the program's own option `{name}` {what}");
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn a_secret_is_told_nobody() {
    let load = |key| {
        Settings::program("shop", "Sells things.")
            .secret_option::<u64>("api-key", "NUMBER", "the key")
            .option::<String>("model", "NAME", "which")
            .load_from(["--model=canary"], [("AVOCET_API_KEY", key)])
    };
    let error = load("canary").expect_err("no number");
    assert_eq!(
        error.to_string(),
        "`AVOCET_API_KEY` cannot be read as NUMBER; its value is a secret and not shown"
    );
    let settings = load("4711").expect("good").expect("settings");
    assert_eq!(settings.get("api-key"), Some(4711_u64));
    let shown = format!("{settings:?}");
    assert!(
        shown.contains("api-key") && shown.contains("model"),
        "{shown}"
    );
    assert!(
        !shown.contains("4711") && !shown.contains("canary"),
        "{shown}"
    );
}
