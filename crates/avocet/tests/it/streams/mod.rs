//! Streams: what is written, when the status comes, how they end, and what they cost.

mod any_text;
mod bytes;
mod events;
mod json_lines;
mod replay;
mod sockets;
mod threads;
mod turns;
