//! The names that most programs with Avocet use.
//!
//! ```
//! use avocet::prelude::*;
//!
//! #[get("/")]
//! async fn hello() -> &'static str {
//!     "Hello"
//! }
//! ```

pub use crate::read::ValidationError;
pub use avocet_macros::model;

#[cfg(feature = "server")]
pub use self::server::*;

#[cfg(feature = "server")]
mod server {
    pub use crate::extract::Upload;
    pub use crate::operation::Operation;
    pub use crate::response::{
        ByteStream, Html, HttpError, JsonLines, PlainText, ServerEvent, SetCookie, Sse, WithHeaders,
    };
    #[cfg(feature = "websocket")]
    pub use crate::websocket::WebSocket;
    pub use crate::{App, Router, routes, stream};
    pub use http::StatusCode;

    #[cfg(feature = "websocket")]
    pub use avocet_macros::websocket;
    pub use avocet_macros::{delete, dependency, errors, events, get, headers, patch, post, put};
}
