//! One request and its response: what the connection adds to the request, the body, and what follows the response.

pub(crate) mod body;
pub(crate) mod client_address;
pub(crate) mod connection_info;
pub(crate) mod heartbeat_bytes;
pub(crate) mod host;
pub(crate) mod http_app;
pub(crate) mod rejection;
pub(crate) mod remainder;
pub(crate) mod shared_slot;
pub(crate) mod tower_app;
pub(crate) mod upgrade;
