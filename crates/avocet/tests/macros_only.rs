#[path = "it/macros.rs"]
mod macros;
