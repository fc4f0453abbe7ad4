//! The settings of a program, from its arguments, its environment and a file.
//!
//! Every option is one row of [`table`]; [`sources`] collects the given values and their origins, `Settings` holds the
//! parsed values, and [`help`] prints the rows.

mod error;
mod help;
mod program;
mod run;
mod sources;
mod table;
mod values;

use std::fmt;
use std::str::FromStr;

pub use error::SettingsError;
pub use program::Program;

use crate::operation::Origins;
use crate::serve::{Limits, Server};
use values::SettingValues;

/// The settings of a program: addresses, limits, log level and its own options.
///
/// Each option can be an argument, an environment variable, or a key of a TOML file that `--config` names; the first
/// of these three that sets it takes precedence. `--help` prints this table:
///
/// | argument | variable | key | meaning |
/// |---|---|---|---|
/// | `--host HOST` | `AVOCET_HOST` | `host` | the address to listen on; default 127.0.0.1, this machine alone |
/// | `--port PORT` | `AVOCET_PORT` | `port` | the port to listen on; default 8000, 0 selects a free one |
/// | `--bind ADDRESS` | `AVOCET_BIND` | `bind` | addresses to use instead of `host` and `port`: `host:port` or `unix:/path`, separated by commas |
/// | `--cert FILE` | `AVOCET_CERT` | `cert` | serve TLS with this certificate and its chain, in PEM |
/// | `--key FILE` | `AVOCET_KEY` | `key` | the certificate's private key, in PEM |
/// | `--client-roots FILE` | `AVOCET_CLIENT_ROOTS` | `client-roots` | require client certificates that one of these certificates has signed, in PEM |
/// | `--trust-proxies NETWORKS` | `AVOCET_TRUST_PROXIES` | `trust-proxies` | whose `X-Forwarded-For` is trusted: addresses, networks or `unix`, separated by commas |
/// | `--websocket-origins ORIGINS` | `AVOCET_WEBSOCKET_ORIGINS` | `websocket-origins` | origins that may open a WebSocket, such as `https://app.example.com`, in addition to this host and those that the program [allows](crate::operation::Origins); separated by commas |
/// | `--workers WHO` | `AVOCET_WORKERS` | `workers` | `shared` (default), `per-core`, or a number: [`Workers`](crate::serve::Workers) |
/// | `--upload-dir DIR` | `AVOCET_UPLOAD_DIR` | `upload-dir` | the directory for uploaded files: [`App::upload_dir`](crate::App::upload_dir) |
/// | `--log LEVEL` | `AVOCET_LOG` | `log` | off, error, warn, info, debug or trace; default info |
/// | `--limit NAME=VALUE` | `AVOCET_LIMIT_<NAME>` | `[limits]` `<name>` | one of the [`Limits`]; may be repeated |
/// | `--config FILE` | `AVOCET_CONFIG` | | the file to read |
/// | `--limits` | | | print all limits with their values, and exit |
/// | `--openapi` | | | print the `OpenAPI` document of the application, and exit: [`App::run_with`](crate::App::run_with) does this |
/// | `--help` | | | print the options, and exit |
///
/// [`App::run`](crate::App::run) does all of it. A program that has its own options, or that needs the settings before it serves,
/// uses [`Settings::program`]:
///
/// ```no_run
/// use std::path::PathBuf;
/// use avocet::{App, Settings};
///
/// # #[avocet::main]
/// # async fn main() -> avocet::Result<()> {
/// let program = Settings::program("chat", "Serves a language model.")
///     .option::<PathBuf>("model", "DIR", "the folder of the model");
/// let Some(settings) = program.load()? else {
///     return Ok(()); // `--help` or `--limits`
/// };
/// let model: PathBuf = settings.get("model").unwrap_or_else(|| "model".into());
/// App::new("Chat", "1.0.0").run_with(settings).await
/// # }
/// ```
pub struct Settings {
    values: SettingValues,
    /// The values of the program's own options.
    own: Vec<(&'static str, String)>,
    /// Whether the program shall print its document instead of serving.
    asks_for_document: bool,
}

impl Settings {
    /// Creates a program with a name and a one-sentence description, to which options can be added before it is
    /// [loaded](Program::load).
    ///
    /// ```
    /// use avocet::Settings;
    ///
    /// let program = Settings::program("shop", "Sells things.");
    /// let settings = program.load_from(["--port", "9000"], []).unwrap().unwrap();
    /// ```
    pub fn program(name: &'static str, about: &'static str) -> Program {
        Program::new(name, about)
    }

    /// Returns the value of one of the program's own options; `None` if it was not given.
    ///
    /// ```
    /// use avocet::Settings;
    ///
    /// let program = Settings::program("chat", "Talks.").option::<u32>("threads", "N", "threads to compute on");
    /// let settings = program.load_from(["--threads", "4"], []).unwrap().unwrap();
    /// assert_eq!(settings.get::<u32>("threads"), Some(4));
    /// assert_eq!(settings.get::<u32>("sockets"), None);
    /// ```
    pub fn get<T: FromStr>(&self, name: &str) -> Option<T> {
        let (_, text) = self.own.iter().find(|(own, _)| *own == name)?;
        text.parse().ok()
    }

    /// Returns the server with the addresses, TLS, proxies and workers of these settings.
    ///
    /// ```
    /// use avocet::Settings;
    ///
    /// let settings = Settings::program("shop", "Sells things.").load_from(["--host", "0.0.0.0"], []);
    /// let server = settings.unwrap().unwrap().server();
    /// ```
    pub fn server(&self) -> Server {
        self.values.server()
    }

    /// Overrides those of `limits` that the settings contain.
    ///
    /// ```
    /// use avocet::{Settings, serve::Limits};
    ///
    /// let settings = Settings::program("shop", "Sells things.").load_from(["--limit", "body_bytes=4MiB"], []);
    /// let limits = settings.unwrap().unwrap().limits(Limits::default());
    /// assert_eq!(limits, Limits::default().body_bytes(4 << 20));
    /// ```
    pub fn limits(&self, mut limits: Limits) -> Limits {
        for (name, value) in &self.values.limits {
            // The values were checked when they were read.
            let _ = limits.set(name, value);
        }
        limits
    }

    /// The directory for uploaded files, if one was given. [`App::run_with`](crate::App::run_with) sets it.
    ///
    /// ```
    /// use avocet::Settings;
    /// use std::path::Path;
    ///
    /// let settings = Settings::program("shop", "Sells things.").load_from(["--upload-dir", "/"], []);
    /// assert_eq!(settings.unwrap().unwrap().upload_dir(), Some(Path::new("/")));
    /// ```
    pub fn upload_dir(&self) -> Option<&std::path::Path> {
        self.values.upload_dir.as_deref()
    }

    /// Adds the pages of `--websocket-origins` to those that may open a WebSocket.
    ///
    /// ```
    /// use avocet::{Settings, operation::Origins};
    ///
    /// let arguments = ["--websocket-origins", "https://app.example.com"];
    /// let settings = Settings::program("shop", "Sells things.").load_from(arguments, []).unwrap().unwrap();
    /// let origins = settings.websocket_origins(Origins::same_host());
    /// assert_eq!(origins, Origins::same_host().allow("https://app.example.com"));
    /// ```
    pub fn websocket_origins(&self, origins: Origins) -> Origins {
        origins.allow_all(&self.values.origins)
    }

    /// Returns the log level.
    ///
    /// ```
    /// use avocet::Settings;
    ///
    /// let settings = Settings::program("shop", "Sells things.").load_from(["--log", "debug"], []);
    /// assert_eq!(settings.unwrap().unwrap().log_level().to_string(), "debug");
    /// ```
    pub fn log_level(&self) -> tracing::level_filters::LevelFilter {
        self.values.log
    }
}

/// Shows only the names of the program's own options: a value may be a key.
impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let own: Vec<_> = self.own.iter().map(|(name, _)| name).collect();
        f.debug_struct("Settings")
            .field("values", &self.values)
            .field("own", &own)
            .finish_non_exhaustive()
    }
}

impl From<Settings> for Server {
    fn from(settings: Settings) -> Self {
        settings.server()
    }
}
