//! The application in process, and the program as it is run.

#[cfg(target_os = "linux")]
mod floods;
mod mutations;
mod process;
mod program;
#[cfg(unix)]
mod restarts;
mod routes;
mod vectors;
