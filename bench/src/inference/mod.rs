//! The workloads of models: batches, streams, overload, fairness, disconnects.

pub mod batch;
pub mod client;
pub mod fairness;
pub mod idle;
pub mod overload;
pub mod storm;
pub mod tokens;

use crate::peers;
use crate::server::Server;

/// Starts a server of the table with options.
fn start(name: &str, options: &[(&str, u32)]) -> Result<Server, String> {
    let peer = peers::named(name).ok_or("no such server")?;
    let words: Vec<String> = options
        .iter()
        .flat_map(|(name, value)| [(*name).to_owned(), value.to_string()])
        .collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    Server::start_with(peer, &words)
}

/// Returns the number at the end of a contestant's name: `batch_32`.
pub fn number_of(contestant: &str) -> Result<u32, String> {
    let number = contestant.rsplit('_').next().map(str::parse);
    number
        .and_then(Result::ok)
        .ok_or_else(|| format!("`{contestant}` has no number"))
}

/// Checks the responses to a valid and an invalid prediction.
fn probe(server: &Server) -> Result<(), String> {
    let name = server.peer.name;
    let post = |body: &str| {
        let request = ureq::post(server.url("/predict"))
            .config()
            .http_status_as_error(false)
            .build();
        request
            .header("content-type", "application/json")
            .send(body)
            .map_err(|error| format!("{name}: {error}"))
    };
    let mut response = post(batch::BODY)?;
    let text = response
        .body_mut()
        .read_to_string()
        .map_err(|error| error.to_string())?;
    // BentoML's batches are lists, so its response is one.
    let value: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
    let output = value.get("output").unwrap_or(&value);
    if response.status() != 200 || output != &serde_json::json!([2.0]) {
        return Err(format!("{name} gave {} {text}", response.status()));
    }
    let invalid = post(r#"{"input":"one"}"#)?.status();
    if !invalid.is_client_error() {
        return Err(format!("{name} gave {invalid} to an invalid request"));
    }
    Ok(())
}
