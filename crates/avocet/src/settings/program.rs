//! A program before it knows its settings.

use std::ffi::OsString;
use std::fmt::Display;
use std::io::Write;
use std::str::FromStr;

use super::sources::{Given, Sources};
use super::table::{ROWS, Row};
use super::values::Values;
use super::{Settings, SettingsError, help};
use crate::serve::Limits;

/// A program with its name, its own options and its limits; [`load`](Self::load) makes its [`Settings`].
#[derive(Debug)]
pub struct Program {
    name: String,
    about: String,
    own: Vec<Own>,
    limits: Limits,
}

/// An option of the program's own.
#[derive(Debug)]
struct Own {
    row: Row,
    /// What is wrong with a text, if anything.
    check: fn(&str) -> Option<String>,
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

    /// Adds an option of the program's own: `--name VALUE`, `AVOCET_NAME`, or `name` in the file. Its value is whatever
    /// `T` reads from a text; [`Settings::get`] gives it.
    ///
    /// ```
    /// use avocet::Settings;
    ///
    /// let program = Settings::program("chat", "Talks.").option::<u32>("threads", "N", "threads to compute on");
    /// let error = program.load_from(["--threads", "many"], []).unwrap_err();
    /// assert_eq!(error.to_string(), "`--threads` is `many`: invalid digit found in string");
    /// ```
    pub fn option<T: FromStr<Err: Display>>(
        mut self,
        name: &'static str,
        value: &'static str,
        about: &'static str,
    ) -> Self {
        self.own.push(Own {
            row: Row {
                name,
                value,
                about,
                default: "",
            },
            check: |text| text.parse::<T>().err().map(|error| error.to_string()),
        });
        self
    }

    /// Sets the limits that `--limits` shows and that settings change, where they are not the default ones.
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

    /// Reads this process's arguments and environment, and the file that one of them may name.
    ///
    /// Nothing comes of it when `--help` or `--limits` was asked for; that is printed then.
    ///
    /// # Errors
    /// Everything that is wrong with the settings, in one error.
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
        // A variable that is not UTF-8 is none of ours: all of our names and values are.
        let environment = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        self.answer(arguments, environment)
    }

    /// Reads the arguments (without the program's own name) and the environment that are given here, as
    /// [`load`](Self::load) does the process's.
    ///
    /// # Errors
    /// Everything that is wrong with the settings, in one error.
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
        self.answer(arguments, environment)
    }

    fn answer(
        self,
        arguments: Vec<OsString>,
        environment: Vec<(String, String)>,
    ) -> Result<Option<Settings>, SettingsError> {
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
        let values = Values::read(&mut sources, &self.limits);
        let own = self.own(&mut sources);
        SettingsError::all(std::mem::take(&mut sources.problems))?;
        let settings = Settings { values, own };
        if sources.question == Some("limits") {
            print(&help::limits(&settings.limits(self.limits)));
            return Ok(None);
        }
        Ok(Some(settings))
    }

    fn own(&self, sources: &mut Sources) -> Vec<(&'static str, String)> {
        let mut values = Vec::new();
        for own in &self.own {
            let Some(Given { text, origin }) = sources.take(own.row.name) else {
                continue;
            };
            match (own.check)(&text) {
                Some(what) => sources
                    .problems
                    .push(format!("{origin} is `{text}`: {what}")),
                None => values.push((own.row.name, text)),
            }
        }
        values
    }
}

/// Prints what was asked for; a reader that is gone has seen enough.
fn print(text: &str) {
    let _ = std::io::stdout().write_all(text.as_bytes());
}
