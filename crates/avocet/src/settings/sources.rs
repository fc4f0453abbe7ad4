//! The given values and their origins: arguments before the environment before the file.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fmt;
use std::ops::Range;

use lexopt::Arg;
use toml::de::{DeTable, DeValue};

use super::table::{CONFIG, LIMIT, QUESTIONS, Row, variable};

/// All given values.
#[derive(Default)]
pub(super) struct Sources {
    /// The effective values, by the name of their row.
    options: HashMap<&'static str, Given>,
    /// Names and values; for each name the last one takes precedence.
    pub(super) limits: Vec<(String, Given)>,
    /// `limits` or `help`.
    pub(super) question: Option<&'static str>,
    pub(super) errors: Vec<String>,
}

/// A value and its origin.
#[derive(Clone, Debug)]
pub(super) struct Given {
    pub(super) text: String,
    pub(super) origin: SettingSource,
}

#[derive(Clone, Debug)]
pub(super) enum SettingSource {
    Extractor(&'static str),
    Variable(String),
    File {
        key: String,
        file: String,
        line: usize,
    },
}

impl fmt::Display for SettingSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Extractor(name) => write!(f, "`--{name}`"),
            Self::Variable(name) => write!(f, "`{name}`"),
            Self::File { key, file, line } => write!(f, "`{key}` in {file} (line {line})"),
        }
    }
}

impl Sources {
    /// Removes and returns the value of an option.
    pub(super) fn take(&mut self, name: &str) -> Option<Given> {
        self.options.remove(name)
    }

    /// Reads all three sources.
    pub(super) fn read(
        rows: &[Row],
        arguments: Vec<OsString>,
        environment: Vec<(String, String)>,
    ) -> Self {
        let mut sources = Self::default();
        // From the lowest to the highest precedence, but the arguments and the environment name the file.
        let mut strong = Self::default();
        strong.arguments(rows, arguments);
        let mut middle = Self::default();
        middle.environment(rows, environment);
        let config = strong
            .take(CONFIG.name)
            .or_else(|| middle.take(CONFIG.name));
        if let Some(given) = config {
            sources.file(rows, &given);
        }
        for stronger in [middle, strong] {
            sources.options.extend(stronger.options);
            sources.limits.extend(stronger.limits);
            sources.errors.extend(stronger.errors);
            sources.question = stronger.question.or(sources.question);
        }
        sources
    }

    fn arguments(&mut self, rows: &[Row], arguments: Vec<OsString>) {
        let mut parser = lexopt::Parser::from_args(arguments);
        loop {
            match parser.next() {
                Ok(None) => return,
                Ok(Some(Arg::Short('h'))) => self.question = Some("help"),
                Ok(Some(Arg::Long(name))) => {
                    let question = QUESTIONS.iter().find(|row| row.name == name);
                    let row = rows
                        .iter()
                        .chain([&LIMIT, &CONFIG])
                        .find(|row| row.name == name);
                    match (question, row) {
                        (Some(question), _) => self.question = Some(question.name),
                        (None, Some(row)) => self.argument(row, &mut parser),
                        (None, None) => {
                            let error =
                                format!("there is no option `--{name}`; `--help` lists them all");
                            self.errors.push(error);
                            // A value after it is not reported as a further error.
                            let _ = parser.optional_value();
                            if let Some(rest) = parser.try_raw_args() {
                                skip_value(rest);
                            }
                        }
                    }
                }
                Ok(Some(other)) => {
                    let text = match other {
                        Arg::Value(value) => value.to_string_lossy().into_owned(),
                        Arg::Short(name) => format!("-{name}"),
                        Arg::Long(name) => format!("--{name}"),
                    };
                    self.errors.push(format!(
                        "`{text}` is not an option; `--help` lists them all"
                    ));
                }
                Err(error) => self.errors.push(error.to_string()),
            }
        }
    }

    fn argument(&mut self, row: &Row, parser: &mut lexopt::Parser) {
        let Ok(value) = parser.value() else {
            self.errors.push(format!(
                "`--{}` needs a value: `--{} {}`",
                row.name, row.name, row.value
            ));
            return;
        };
        let Ok(text) = value.into_string() else {
            self.errors.push(format!("`--{}` is not UTF-8", row.name));
            return;
        };
        let origin = SettingSource::Extractor(row.name);
        if row.name != LIMIT.name {
            self.options.insert(row.name, Given { text, origin });
            return;
        }
        match text.split_once('=') {
            Some((name, value)) => {
                let text = value.trim().to_owned();
                self.limits.push((name.trim().to_owned(), Given { text, origin }));
            }
            None => self.errors.push(format!(
                "`--limit` is `{text}`, but must be a name and a value, such as `--limit body_bytes=4MiB`"
            )),
        }
    }

    fn environment(&mut self, rows: &[Row], environment: Vec<(String, String)>) {
        let limits = variable("limit-");
        for (name, text) in environment {
            let given = Given {
                text,
                origin: SettingSource::Variable(name.clone()),
            };
            if let Some(limit) = name.strip_prefix(&limits) {
                self.limits.push((limit.to_lowercase(), given));
            } else if let Some(row) = rows
                .iter()
                .chain([&CONFIG])
                .find(|row| row.variable() == name)
            {
                self.options.insert(row.name, given);
            }
        }
    }

    fn file(&mut self, rows: &[Row], config: &Given) {
        let file = &config.text;
        let text = match std::fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) => {
                let error = format!(
                    "{} names the file {file}, which cannot be read: {error}",
                    config.origin
                );
                self.errors.push(error);
                return;
            }
        };
        let line = |span: Range<usize>| {
            let before = &text.as_bytes()[..span.start.min(text.len())];
            memchr::memchr_iter(b'\n', before).count() + 1
        };
        let (table, errors) = DeTable::parse_recoverable(&text);
        for error in errors {
            let line = error.span().map_or(1, line);
            self.errors
                .push(format!("{file}, line {line}: {}", error.message()));
        }
        for (key, value) in table.get_ref() {
            let at = line(key.span());
            let name = key.get_ref().as_ref();
            if name == "limits" {
                let Some(limits) = value.get_ref().as_table() else {
                    self.errors
                        .push(format!("{file}, line {at}: `limits` must be a table"));
                    continue;
                };
                for (key, value) in limits {
                    let line = line(key.span());
                    let name = key.get_ref().to_string();
                    let origin = SettingSource::File {
                        key: format!("limits.{name}"),
                        file: file.clone(),
                        line,
                    };
                    match written(value.get_ref()) {
                        Some(text) => self.limits.push((name, Given { text, origin })),
                        None => self
                            .errors
                            .push(format!("{origin} must be a number or a string")),
                    }
                }
                continue;
            }
            let origin = SettingSource::File {
                key: name.to_owned(),
                file: file.clone(),
                line: at,
            };
            match (
                rows.iter().find(|row| row.name == name),
                written(value.get_ref()),
            ) {
                (Some(row), Some(text)) => {
                    self.options.insert(row.name, Given { text, origin });
                }
                (Some(_), None) => self.errors.push(format!(
                    "{origin} must be a string, a number or a list of strings"
                )),
                (None, _) => self
                    .errors
                    .push(format!("{file}, line {at}: there is no setting `{name}`")),
            }
        }
    }
}

/// Formats a value of the file as in an argument.
fn written(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) if number.radix() == 10 => Some(number.as_str().to_owned()),
        DeValue::Boolean(value) => Some(value.to_string()),
        DeValue::Array(list) => {
            let parts: Option<Vec<_>> = list.iter().map(|value| written(value.get_ref())).collect();
            Some(parts?.join(","))
        }
        _ => None,
    }
}

/// Skips an argument that does not look like an option.
fn skip_value(mut rest: lexopt::RawArgs<'_>) {
    let is_value = rest
        .peek()
        .is_some_and(|next| !next.to_string_lossy().starts_with('-'));
    if is_value {
        rest.next();
    }
}
