//! Shared by the fuzz targets: an application with a model of every kind, and a client without a socket.

mod client;
pub mod model;
pub mod parameters;
pub mod tree;

pub use client::{Answer, Client, Request};

/// The largest error response, whatever was sent.
pub const LARGEST_REFUSAL: usize = 100_000;
