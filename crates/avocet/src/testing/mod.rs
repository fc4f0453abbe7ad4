//! Testing an application in the same process, without a socket.

mod client;
mod form;

pub use client::{TestAnswer, TestClient, TestEvent, TestRequest};
pub use form::TestForm;
