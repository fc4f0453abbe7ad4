//! What the program is told when it is started.

use std::io::Write;

use avocet::serve::Limits;

/// Where to listen.
pub(crate) struct Options {
    pub(crate) host: String,
    pub(crate) port: u16,
}

const HELP: &str = "\
Answers with what it is sent; the server that outside test suites are pointed at.

Usage: echo [--host HOST] [--port PORT] [--limits]

  --host HOST   the address to listen on        [127.0.0.1]
  --port PORT   the port, 0 for any free one    [8000]
  --cert FILE   not yet: serves without TLS
  --key FILE    not yet: serves without TLS
  --limits      show the limits in force, and end
";

impl Options {
    /// `None` when something was asked for that is no serving, and given.
    pub(crate) fn from_arguments() -> Result<Option<Self>, lexopt::Error> {
        use lexopt::prelude::*;

        let mut options = Self {
            host: "127.0.0.1".to_owned(),
            port: 8000,
        };
        let mut arguments = lexopt::Parser::from_env();
        while let Some(argument) = arguments.next()? {
            match argument {
                Long("host") => options.host = arguments.value()?.parse()?,
                Long("port") => options.port = arguments.value()?.parse()?,
                Long("limits") => {
                    show(&format!("{:#?}\n", Limits::default()));
                    return Ok(None);
                }
                Long(option @ ("cert" | "key")) => {
                    return Err(format!("--{option}: TLS is not there yet").into());
                }
                Short('h') | Long("help") => {
                    show(HELP);
                    return Ok(None);
                }
                other => return Err(other.unexpected()),
            }
        }
        Ok(Some(options))
    }
}

/// Prints what was asked for; a reader that is gone has seen enough.
fn show(text: &str) {
    let _ = std::io::stdout().write_all(text.as_bytes());
}
