//! What an application does before its first request and after its last one.
//!
//! | to do | write |
//! |---|---|
//! | make a state at start, asynchronously | [`App::provide`](crate::App::provide) |
//! | run code at start or at the end | [`App::on_start`](crate::App::on_start), [`App::on_stop`](crate::App::on_stop) |
//! | run a part that starts, is ready, drains and stops | [`App::component`](crate::App::component) |
//!
//! The steps start one after the other, in the order in which they were added, before the server listens. A step that fails ends the
//! start: those that have started are stopped, and [`App::serve`](crate::App::serve) returns its reason. Together they have
//! [`Limits::start_time`](crate::serve::Limits::start_time()).
//!
//! At shutdown all components are asked to drain while the open requests finish. When these have ended, the steps stop in reverse order.
//! The whole has the [drain deadline](crate::serve::Limits::drain_time), and the stops at least a second of it.
//!
//! A test runs the same steps: [`TestClient::start`](crate::testing::TestClient::start) and `stop`.

mod component;
mod start;
mod steps;

pub use component::Component;
pub use start::{Start, StartError};

pub(crate) use component::DynComponent;
pub(crate) use steps::{Started, Steps};
