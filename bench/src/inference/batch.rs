//! `batch` and `batch_size`: a model that takes the same time for each batch.

use std::collections::BTreeMap;

use super::{number_of, probe, start};
use crate::peers::MODELS;
use crate::record::Measured;
use crate::server::Server;
use crate::wrk::{self, Load};

/// The request of all servers of models.
pub const BODY: &str = r#"{"input":[1.0]}"#;

/// The model's time in microseconds, and its largest batch.
const MODEL_US: u32 = 4_000;
const LARGEST: u32 = 32;

const CLIENTS: u32 = 256;

pub fn servers() -> Vec<&'static str> {
    MODELS.iter().map(|peer| peer.name).collect()
}

pub fn sizes() -> Vec<&'static str> {
    vec![
        "batch_1", "batch_2", "batch_4", "batch_8", "batch_16", "batch_32",
    ]
}

pub fn measure(name: &str, seconds: u32) -> Result<Measured, String> {
    load(&start(name, &[("--model-us", MODEL_US)])?, LARGEST, seconds)
}

pub fn measure_size(name: &str, seconds: u32) -> Result<Measured, String> {
    let size = number_of(name)?;
    let options = [("--model-us", MODEL_US), ("--max-batch", size)];
    load(&start("avocet_inference", &options)?, size, seconds)
}

fn load(server: &Server, size: u32, seconds: u32) -> Result<Measured, String> {
    probe(server)?;
    let load = Load {
        connections: CLIENTS,
        ..Load::post("/predict", BODY.to_owned())
    };
    let measured = wrk::measure(server, &load, seconds)?;
    Ok(of_ideal(
        measured,
        f64::from(size) * 1e6 / f64::from(MODEL_US),
    ))
}

/// Adds the rate as a percentage of the best one.
pub fn of_ideal(measured: Measured, best: f64) -> Measured {
    let seconds = measured.wall_seconds.unwrap_or(f64::NAN);
    let percent = measured.units / seconds / best * 100.0;
    Measured {
        more: BTreeMap::from([("ideal_percent".to_owned(), percent)]),
        ..measured
    }
}
