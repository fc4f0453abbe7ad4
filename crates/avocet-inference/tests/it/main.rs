//! The workers with real threads. The tests decide when a model goes on, so that no result depends on how fast a thread is.

mod generator;
mod hang;
mod inherit;
mod lifecycle;
mod limits;
mod models;
mod predictor;
mod puppet;
mod stop;
mod streamer;
mod swap;
