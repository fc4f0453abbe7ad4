//! Testing an application in the same process, without a socket.

mod answer;
mod client;
mod events;
mod form;
#[cfg(feature = "websocket")]
mod socket;

pub use answer::{BrokeOff, TestAnswer};
pub use client::{TestClient, TestRequest};
pub use events::TestEvent;
pub use form::TestForm;
#[cfg(feature = "websocket")]
pub use socket::{TestHandshake, TestSocket};
