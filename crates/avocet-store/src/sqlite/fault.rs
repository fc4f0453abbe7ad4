//! `Fault`: why a job failed, before its error is made.

use crate::error::Error;

/// An error of a rule, or one of `SQLite`. A separate type, because a `From<rusqlite::Error>` of the public one would put a crate before 1.0
/// into the interface.
#[derive(Debug)]
pub(crate) enum Fault {
    Rule(Error),
    Sql(rusqlite::Error),
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Rule(error)
    }
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Rule(error) => error,
            Fault::Sql(error) => Error::backend("use the SQLite file", error),
        }
    }
}
