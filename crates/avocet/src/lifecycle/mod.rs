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
//! The steps of an application inside another one, by [`App::mount`](crate::App::mount) or by a middleware that names it in
//! [`Middleware::applications`](crate::layer::Middleware::applications), start after those of the outer application and stop before them, in its
//! times. Its components are part of the outer readiness. An application that is wrapped in another service is not seen: start it there.
//!
//! A test runs the same steps: [`TestClient::start`](crate::testing::TestClient::start) and `stop`.

mod caught;
mod component;
mod inner;
mod start;
mod steps;

pub use component::Component;
pub use inner::InnerApplication;
pub use start::{Start, StartError};

pub(crate) use component::DynComponent;
pub(crate) use inner::{Inner, StepsOf};
pub(crate) use steps::{Started, Steps};
