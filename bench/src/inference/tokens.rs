//! `tokens`: streams of a model that computes a token of several sequences together.

use avocet_bench::completion::{MODEL, SEQUENCES, STEP, TOKENS};

use super::{batch, start};
use crate::peers::MODELS;
use crate::record::Measured;
use crate::server::Server;
use crate::wrk::{self, Load};

const PATH: &str = "/v1/completions";

pub fn servers() -> Vec<&'static str> {
    let names = MODELS.iter().map(|peer| peer.name);
    // BentoML does not batch streams.
    names.filter(|name| *name != "bentoml").collect()
}

pub fn measure(name: &str, seconds: u32) -> Result<Measured, String> {
    let server = start(name, &[])?;
    let load = Load {
        connections: 64,
        tokens: Some(TOKENS),
        ..Load::post(PATH, body())
    };
    probe(&server)?;
    let measured = wrk::measure(&server, &load, seconds)?;
    let best = SEQUENCES as f64 / STEP.as_secs_f64();
    Ok(batch::of_ideal(measured, best))
}

fn body() -> String {
    format!(
        r#"{{"model":"{MODEL}","prompt":"prompt","max_tokens":{TOKENS},"temperature":0,"stream":true}}"#
    )
}

/// Checks that a response has all tokens, one to an event.
fn probe(server: &Server) -> Result<(), String> {
    let told = |error: ureq::Error| format!("{}: {error}", server.peer.name);
    let mut response = ureq::post(server.url(PATH))
        .header("content-type", "application/json")
        .send(body())
        .map_err(told)?;
    let text = response.body_mut().read_to_string().map_err(told)?;
    let texts = text.matches(r#""text":" "#).count() + text.matches(r#""text":"t"#).count();
    if texts == TOKENS as usize && text.contains("data: [DONE]") {
        return Ok(());
    }
    Err(format!(
        "{} streamed {texts} tokens: {text:.400}",
        server.peer.name
    ))
}
