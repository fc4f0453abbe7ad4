//! A program before its settings are loaded.

use std::ffi::OsString;
use std::fmt::Display;
use std::io::Write;
use std::str::FromStr;

use super::sources::{Given, Sources};
use super::table::{OPENAPI, ROWS, Row, built_in, variable};
use super::values::SettingValues;
use super::{Settings, SettingsError, help};
use crate::serve::Limits;

/// A program with its name, its own options and its limits; [`load`](Self::load) returns its [`Settings`].
#[derive(Debug)]
pub struct Program {
    name: String,
    about: String,
    own: Vec<Own>,
    limits: Limits,
}

/// An option of the program itself.
#[derive(Debug)]
struct Own {
    row: Row,
    /// Returns the error of an invalid text.
    check: fn(&str) -> Option<String>,
    is_secret: bool,
}

impl Program {
    pub(super) fn new(name: impl Into<String>, about: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            about: about.into(),
            own: Vec::new(),
            limits: Limits::default(),
        }
    }

    /// Adds an option of the program: `--name VALUE`, `AVOCET_NAME`, or `name` in the file. The value is parsed
    /// with `T::from_str`; [`Settings::get`] returns it.
    ///
    /// A name consists of letters, digits, `-` and `_`, and begins with a letter. The name of a built-in option
    /// (`port`, `log`, `limit`: see the table of [`Settings`]), a name that begins with `limit-`, and a duplicate name
    /// are errors in the program: loading reports them independently of the given values, so that the first start shows them.
    ///
    /// ```
    /// use avocet::Settings;
    ///
    /// let program = Settings::program("chat", "Talks.").option::<u32>("threads", "N", "threads to compute on");
    /// let error = program.load_from(["--threads", "many"], []).unwrap_err();
    /// assert_eq!(error.to_string(), "`--threads` is `many`, but must be N (threads to compute on): invalid digit found in string");
    /// ```
    pub fn option<T: FromStr<Err: Display>>(
        self,
        name: &'static str,
        value: &'static str,
        about: &'static str,
    ) -> Self {
        let check = |text: &str| text.parse::<T>().err().map(|error| error.to_string());
        self.own_option(name, value, about, check, false)
    }

    /// Adds an option with a secret value, such as a key: like [`option`](Self::option), but errors quote neither the value
    /// nor the error of `T`.
    ///
    /// Every user of a machine can read the arguments of its programs. Pass secrets in the environment or the file.
    ///
    /// ```
    /// use avocet::Settings;
    ///
    /// let program = Settings::program("chat", "Talks.").secret_option::<u64>("api-key", "KEY", "the model's key");
    /// let error = program.load_from([], [("AVOCET_API_KEY", "sk-canary")]).unwrap_err();
    /// assert_eq!(error.to_string(), "`AVOCET_API_KEY` cannot be read as KEY; its value is a secret and not shown");
    /// ```
    pub fn secret_option<T: FromStr>(
        self,
        name: &'static str,
        value: &'static str,
        about: &'static str,
    ) -> Self {
        let check = |text: &str| text.parse::<T>().is_err().then(String::new);
        self.own_option(name, value, about, check, true)
    }

    fn own_option(
        mut self,
        name: &'static str,
        value: &'static str,
        about: &'static str,
        check: fn(&str) -> Option<String>,
        is_secret: bool,
    ) -> Self {
        let row = Row {
            is_supported: true,
            name,
            value,
            about,
            default: "",
        };
        self.own.push(Own {
            row,
            check,
            is_secret,
        });
        self
    }

    /// Sets the base limits that `--limits` shows and that settings override, instead of the defaults.
    ///
    /// ```
    /// use avocet::{Settings, serve::Limits};
    ///
    /// let program = Settings::program("chat", "Talks.").limits(Limits::default().connections(500));
    /// ```
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Reads this process's arguments and environment, and the file that `--config` names.
    ///
    /// Returns `None` after `--help` or `--limits`, whose output it prints.
    ///
    /// # Errors
    /// All invalid settings, in one error.
    ///
    /// ```no_run
    /// # fn main() -> avocet::Result<()> {
    /// let program = avocet::Settings::program("chat", "Talks.");
    /// let Some(settings) = program.load()? else {
    ///     return Ok(());
    /// };
    /// # Ok(())
    /// # }
    /// ```
    pub fn load(self) -> Result<Option<Settings>, SettingsError> {
        let arguments = std::env::args_os().skip(1).collect();
        // A variable that is not UTF-8 is not an option: all names and values of options are UTF-8.
        let environment = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        self.response(arguments, environment)
    }

    /// Reads the given arguments (without the program's own name) and environment, in the same way as
    /// [`load`](Self::load).
    ///
    /// # Errors
    /// All invalid settings, in one error.
    ///
    /// ```
    /// use avocet::Settings;
    ///
    /// let program = Settings::program("chat", "Talks.");
    /// let settings = program.load_from(["--port=0"], [("AVOCET_LOG", "warn")]).unwrap();
    /// assert!(settings.is_some());
    /// ```
    pub fn load_from<'a>(
        self,
        arguments: impl IntoIterator<Item = &'a str>,
        environment: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Option<Settings>, SettingsError> {
        let arguments = arguments.into_iter().map(Into::into).collect();
        let environment = environment
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        self.response(arguments, environment)
    }

    fn response(
        self,
        arguments: Vec<OsString>,
        environment: Vec<(String, String)>,
    ) -> Result<Option<Settings>, SettingsError> {
        SettingsError::all(self.mistakes())?;
        let rows: Vec<Row> = self
            .own
            .iter()
            .map(|own| own.row)
            .chain(ROWS.iter().copied())
            .collect();
        let mut sources = Sources::read(&rows, arguments, environment);
        if sources.question == Some("help") {
            print(&help::options(&self.name, &self.about, &rows));
            return Ok(None);
        }
        let values = SettingValues::read(&mut sources, &self.limits);
        let own = self.own(&mut sources);
        SettingsError::all(std::mem::take(&mut sources.errors))?;
        let settings = Settings {
            values,
            own,
            asks_for_document: sources.question == Some(OPENAPI),
        };
        if sources.question == Some("limits") {
            print(&help::limits(&settings.limits(self.limits)));
            return Ok(None);
        }
        Ok(Some(settings))
    }

    /// Returns the errors in the names of the program's own options.
    fn mistakes(&self) -> Vec<String> {
        let own = self.own.iter().map(|own| own.row.name);
        let mistake = |(index, name): (usize, &'static str)| {
            let is_name = name.starts_with(|first: char| first.is_ascii_alphabetic())
                && name
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
            // Names that differ in the environment differ everywhere.
            let has_its_name = |other: &str| variable(other) == variable(name);
            let what = if !is_name {
                "is not a valid name: use letters, digits, `-` and `_`, with a letter first"
            } else if built_in().any(|row| has_its_name(row.name)) {
                "has the name of a built-in option"
            } else if variable(name).starts_with(&variable("limit-")) {
                "begins with `limit-`, which is reserved for limits"
            } else if own.clone().take(index).any(has_its_name) {
                "is declared twice"
            } else {
                return None;
            };
            Some(format!("the program's own option `{name}` {what}"))
        };
        own.clone().enumerate().filter_map(mistake).collect()
    }

    fn own(&self, sources: &mut Sources) -> Vec<(&'static str, String)> {
        let mut values = Vec::new();
        for own in &self.own {
            let Some(Given { text, origin }) = sources.take(own.row.name) else {
                continue;
            };
            match (own.check)(&text) {
                Some(_) if own.is_secret => sources.errors.push(format!(
                    "{origin} cannot be read as {}; its value is a secret and not shown",
                    own.row.value
                )),
                Some(what) => sources.errors.push(format!(
                    "{origin} is `{text}`, but must be {} ({}): {what}",
                    own.row.value, own.row.about
                )),
                None => values.push((own.row.name, text)),
            }
        }
        values
    }
}

/// Prints the requested output; a closed pipe is not an error.
fn print(text: &str) {
    let _ = std::io::stdout().write_all(text.as_bytes());
}
