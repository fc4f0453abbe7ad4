//! The heartbeat bytes of a streamed response.

/// Bytes that the client of a stream ignores and that may be written between any two of its frames, in the extensions of the
/// response. With them the server detects whether a client that has closed its sending side is still connected.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SignOfLife(pub(crate) &'static [u8]);
