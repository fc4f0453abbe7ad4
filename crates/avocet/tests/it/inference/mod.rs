//! Models of an application, on real threads.

mod deadlines;
mod departures;
mod errors;
mod figures;
mod models;
mod streams;
