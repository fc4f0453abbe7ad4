//! Testing an application in the same process, without a socket.

mod client;
mod events;
mod form;
mod response;
#[cfg(feature = "websocket")]
mod socket;

pub use client::{TestClient, TestRequest};
pub use events::TestEvent;
pub use form::TestForm;
pub use response::{StreamBroken, TestResponse};
#[cfg(feature = "websocket")]
pub use socket::{TestHandshake, TestSocket};
