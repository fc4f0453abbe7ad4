//! Testing an application in the same process, without a socket.

mod client;

pub use client::{TestAnswer, TestClient, TestEvent, TestRequest};
