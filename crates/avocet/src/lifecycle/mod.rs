//! Startup and shutdown: states, hooks and components.
//!
//! | to do | write |
//! |---|---|
//! | create a state at start, asynchronously | [`App::provide`](crate::App::provide) |
//! | run code at start or at the end | [`App::on_start`](crate::App::on_start), [`App::on_stop`](crate::App::on_stop) |
//! | run a part that starts, is ready, drains and stops | [`App::component`](crate::App::component) |
//!
//! The steps start one after the other, in the order in which they were added, before the server accepts connections. All steps together may take
//! [`Limits::start_time`](crate::serve::Limits::start_time()). If a step fails or panics, the steps that have started are stopped, and
//! [`App::serve`](crate::App::serve) returns the reason. A component whose `start` fails is stopped, too.
//!
//! [`App::serve`](crate::App::serve) checks the addresses, the trusted proxies and the certificate before the first step, so an address in use is
//! reported before a model is loaded.
//!
//! At shutdown all components drain concurrently while the open requests finish. Then the steps stop in reverse order. Drain and stop must finish
//! before the [drain deadline](crate::serve::Limits::drain_time); the stops have at least one second. A panic in a stop is logged, and the other
//! steps still stop.
//!
//! A test runs the same steps: [`TestClient::start`](crate::testing::TestClient::start) and `stop`.

mod caught;
mod component;
mod start;
mod steps;

pub use component::Component;
pub use start::{Start, StartError};

pub(crate) use component::DynComponent;
pub(crate) use steps::{Started, Steps};
