//! Serving an application: the configuration of the server, its limits and its shutdown.
//!
//! The server is the crate [`avocet_server`], which serves any `tower::Service` and documents how connections begin, what is rejected
//! and how they end. This module adds the [`Limits`] of what an application reads.

pub(crate) mod connection;
mod limits;

#[cfg(feature = "tls")]
pub use avocet_server::Tls;
pub use avocet_server::{
    Address, ClientAddress, ClientBody, ClientBodyError, ConnectionInfo, LimitEntry, LimitError,
    Proxies, ProxyError, Server, Shutdown, ShutdownReport, ShutdownSignal, Workers, WorkersError,
};
pub use limits::Limits;
