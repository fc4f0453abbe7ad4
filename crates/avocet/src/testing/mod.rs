//! Testing an application in the same process, without a socket.

mod answer;
mod client;
mod events;
mod form;

pub use answer::{BrokeOff, TestAnswer};
pub use client::{TestClient, TestRequest};
pub use events::TestEvent;
pub use form::TestForm;
