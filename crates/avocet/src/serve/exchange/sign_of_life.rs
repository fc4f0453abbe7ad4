//! What a streamed answer writes to show that it is still there.

/// Bytes that mean nothing to the client of a stream and may stand between any two of its frames, in the extensions of the
/// answer. With them the server can find out whether a client is still there that has closed its sending side.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SignOfLife(pub(crate) &'static [u8]);
