//! The workers with real threads.

mod models;
mod predictor;
