//! What the programs of the benchmark share, which is nearly nothing: their options.

/// The number behind `--port`.
///
/// # Panics
/// When it is missing: a server is started by the benchmark, or by hand with a port.
pub fn port() -> u16 {
    let port = value_of("--port").and_then(|port| port.parse().ok());
    port.expect("usage: SERVER --port PORT")
}

/// The number behind an option, or another one.
///
/// # Panics
/// When what stands there is no number.
pub fn option(name: &str, otherwise: u32) -> u32 {
    value_of(name).map_or(otherwise, |value| value.parse().expect(name))
}

fn value_of(name: &str) -> Option<String> {
    std::env::args()
        .skip_while(|argument| argument != name)
        .nth(1)
}
