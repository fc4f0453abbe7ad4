//! Streams: what is written, when the status comes, how they end, and what they cost.

mod bytes;
mod events;
mod json_lines;
