//! The application in process, and the program as it is run.

mod program;
mod routes;
