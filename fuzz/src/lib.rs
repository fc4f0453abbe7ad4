//! What the fuzz targets share: an application with a model of every kind, and a client without a socket.

mod client;
pub mod model;
pub mod parameters;
pub mod tree;

pub use client::{Answer, Client, Request};

/// No answer that tells what is wrong with a request may be larger, whatever was sent.
pub const LARGEST_REFUSAL: usize = 100_000;
