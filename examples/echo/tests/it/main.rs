//! The application in process, and the program as it is run.

mod mutations;
mod program;
#[cfg(unix)]
mod restarts;
mod routes;
mod vectors;
