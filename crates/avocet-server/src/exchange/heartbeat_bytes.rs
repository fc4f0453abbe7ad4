//! The heartbeat bytes of a streamed response.

/// Bytes that the client of a stream ignores and that may be written between any two of its frames, in the extensions of the
/// response.
///
/// With them the server detects on HTTP/1 whether a client that has closed its sending side is still connected.
///
/// ```
/// use avocet_server::HeartbeatBytes;
///
/// let mut response = http::Response::new(());
/// // A comment of an event stream.
/// response.extensions_mut().insert(HeartbeatBytes(b":\n\n"));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct HeartbeatBytes(pub &'static [u8]);
