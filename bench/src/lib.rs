//! What every server of the benchmark shares, which is nearly nothing: the port to listen on.

/// The number behind `--port`.
///
/// # Panics
/// When it is missing: a server is started by the benchmark, or by hand with a port.
pub fn port() -> u16 {
    let mut arguments = std::env::args()
        .skip_while(|argument| argument != "--port")
        .skip(1);
    arguments
        .next()
        .and_then(|port| port.parse().ok())
        .expect("usage: SERVER --port PORT")
}
