//! The workers with real threads.

mod predictor;
