//! Streams: their output, the time of the status, their end, and their cost.

mod any_text;
mod block;
mod bytes;
mod events;
mod json_lines;
mod replay;
mod sockets;
mod threads;
mod turns;
