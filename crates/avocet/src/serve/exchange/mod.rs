//! One request and its response: what the connection adds to the request, the body, and what follows the response.

pub(in crate::serve) mod body;
pub(in crate::serve) mod client_address;
pub(in crate::serve) mod connection_info;
pub(in crate::serve) mod host;
pub(in crate::serve) mod http_app;
pub(in crate::serve) mod rejection;
pub(in crate::serve) mod remainder;
pub(in crate::serve) mod sign_of_life;
#[cfg_attr(
    not(feature = "websocket"),
    expect(dead_code, reason = "WebSockets accept the offer")
)]
pub(in crate::serve) mod upgrade;
