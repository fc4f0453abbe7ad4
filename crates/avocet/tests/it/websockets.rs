//! `WebSocket`: the view of both sides, in process and over real connections.

#[path = "websockets/arguments.rs"]
mod arguments;
#[path = "websockets/closing.rs"]
mod closing;
#[path = "websockets/conversation.rs"]
mod conversation;
#[path = "websockets/document.rs"]
mod document;
#[path = "websockets/ends.rs"]
mod ends;
#[path = "websockets/frames.rs"]
mod frames;
#[path = "websockets/limits.rs"]
mod limits;
#[cfg(unix)]
#[path = "websockets/proxy.rs"]
mod proxy;
#[path = "websockets/server.rs"]
mod server;
#[path = "websockets/threads.rs"]
mod threads;
