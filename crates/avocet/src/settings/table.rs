//! The built-in options.

/// One option: its names on the command line, in the environment and in the file, and its description in `--help`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    pub(super) name: &'static str,
    /// The placeholder of its value in the help; empty for an option without a value.
    pub(super) value: &'static str,
    pub(super) about: &'static str,
    pub(super) default: &'static str,
    /// Whether this build supports it; `--help` omits the others, and using one is an error that names the feature.
    pub(super) is_supported: bool,
}

const TLS: bool = cfg!(feature = "tls");

pub(super) const ROWS: &[Row] = &[
    row(
        "host",
        "HOST",
        "the address to listen on; 0.0.0.0 means all addresses of this machine",
        "127.0.0.1",
    ),
    row(
        "port",
        "PORT",
        "the port to listen on; 0 selects a free one",
        "8000",
    ),
    row(
        "bind",
        "ADDRESS",
        "addresses to use instead of host and port: host:port or unix:/path, separated by commas",
        "",
    ),
    row(
        "cert",
        "FILE",
        "serve TLS with this certificate and its chain, in PEM",
        "",
    )
    .needs(TLS),
    row("key", "FILE", "the certificate's private key, in PEM", "").needs(TLS),
    row(
        "client-roots",
        "FILE",
        "require client certificates that one of these certificates has signed, in PEM",
        "",
    )
    .needs(TLS),
    row(
        "trust-proxies",
        "NETWORKS",
        "addresses and networks whose X-Forwarded-For is trusted, separated by commas",
        "",
    ),
    row(
        "websocket-origins",
        "ORIGINS",
        "origins that may open WebSockets in addition to this host, separated by commas",
        "",
    ),
    row(
        "workers",
        "WHO",
        "shared: one runtime for all cores; per-core: one runtime for each; or the number of runtimes",
        "shared",
    ),
    row(
        "upload-dir",
        "DIR",
        "the directory for uploaded files, instead of the system's temporary directory",
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
pub(super) const CONFIG: Row = row(
    "config",
    "FILE",
    "a TOML file with any of these options",
    "",
);
/// Only on the command line.
pub(super) const QUESTIONS: &[Row] = &[
    row(
        "limits",
        "",
        "print all limits with their values, and exit",
        "",
    ),
    row(OPENAPI, "", "print the OpenAPI document, and exit", ""),
    row("help", "", "print this help, and exit", ""),
];

/// Not answered by the settings: the application has the document.
pub(super) const OPENAPI: &str = "openapi";

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
        is_supported: true,
    }
}

impl Row {
    /// Omits the option from the help of a build without a feature.
    const fn needs(mut self, feature: bool) -> Self {
        self.is_supported = feature;
        self
    }

    /// Returns its environment variable.
    pub(super) fn variable(&self) -> String {
        variable(self.name)
    }
}

/// Returns the environment variable of a name.
pub(super) fn variable(name: &str) -> String {
    format!("AVOCET_{}", name.to_uppercase().replace('-', "_"))
}

#[cfg(test)]
mod tests {
    use super::ROWS;
    use crate::Settings;
    use crate::settings::help;

    #[test]
    fn the_help_lists_the_options_of_tls_if_the_build_has_it() {
        let help = help::options("hello", "Says hello.", ROWS);
        for option in ["--cert", "--key", "--client-roots"] {
            assert_eq!(help.contains(option), cfg!(feature = "tls"), "{help}");
        }
        assert!(help.contains("--port"), "{help}");
        // An omitted option is still an error that names the feature.
        let program = Settings::program("hello", "Says hello.");
        let error = program
            .load_from(["--key", "key.pem"], [])
            .expect_err("an option is missing");
        let expected = if cfg!(feature = "tls") {
            "`--key` needs `--cert FILE` too"
        } else {
            "`--key` needs TLS, but this program was built without avocet's feature `tls`"
        };
        assert_eq!(error.errors(), [expected]);
    }
}
