//! The built-in options.

/// One option: its names on the command line, in the environment and in the file, and its description in `--help`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    pub(super) name: &'static str,
    /// The placeholder of its value in the help; empty for an option without a value.
    pub(super) value: &'static str,
    pub(super) about: &'static str,
    pub(super) default: &'static str,
}

pub(super) const ROWS: &[Row] = &[
    row(
        "host",
        "HOST",
        "the address to listen on; 0.0.0.0 is every one of this machine",
        "127.0.0.1",
    ),
    row("port", "PORT", "the port, 0 for any free one", "8000"),
    row(
        "bind",
        "ADDRESS",
        "where to listen instead: host:port or unix:/path, several separated by commas",
        "",
    ),
    row(
        "cert",
        "FILE",
        "speak TLS with this certificate and its chain, in PEM",
        "",
    ),
    row("key", "FILE", "the certificate's private key, in PEM", ""),
    row(
        "client-roots",
        "FILE",
        "ask clients for a certificate that one of these has signed",
        "",
    ),
    row(
        "trust-proxies",
        "NETWORKS",
        "addresses and networks whose X-Forwarded-For is believed, separated by commas",
        "",
    ),
    row(
        "websocket-origins",
        "ORIGINS",
        "pages that may open WebSockets beside those of this host, separated by commas",
        "",
    ),
    row(
        "workers",
        "WHO",
        "shared: one runtime over all cores; per-core: one for each; or a number of them",
        "shared",
    ),
    row(
        "upload-dir",
        "DIR",
        "where uploaded files wait for their handlers, if not where the system has temporary files",
        "",
    ),
    row(
        "log",
        "LEVEL",
        "off, error, warn, info, debug or trace",
        "info",
    ),
];

/// Repeatable, and a table in the file.
pub(super) const LIMIT: Row = row("limit", "NAME=VALUE", "change a limit; may be repeated", "");
/// Not allowed in the file.
pub(super) const CONFIG: Row = row("config", "FILE", "a TOML file with any of these", "");
/// Only on the command line.
pub(super) const QUESTIONS: &[Row] = &[
    row("limits", "", "print every limit and its value, and end", ""),
    row("help", "", "print this, and end", ""),
];

/// All built-in options.
pub(super) fn built_in() -> impl Iterator<Item = &'static Row> {
    ROWS.iter().chain([&LIMIT, &CONFIG]).chain(QUESTIONS)
}

const fn row(
    name: &'static str,
    value: &'static str,
    about: &'static str,
    default: &'static str,
) -> Row {
    Row {
        name,
        value,
        about,
        default,
    }
}

impl Row {
    /// Returns its environment variable.
    pub(super) fn variable(&self) -> String {
        variable(self.name)
    }
}

/// Returns the environment variable of a name.
pub(super) fn variable(name: &str) -> String {
    format!("AVOCET_{}", name.to_uppercase().replace('-', "_"))
}
