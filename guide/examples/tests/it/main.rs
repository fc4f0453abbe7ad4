//! The tests of the guide: what the chapters show is what the code returns.

mod ai;
mod book;
mod crud;
mod dependencies;
mod deployment;
mod document;
mod extending;
mod from_axum;
mod from_fastapi;
mod inference;
mod limits;
mod login;
mod middleware;
mod observability;
mod outputs;
mod quick_start;
mod responses;
mod security;
mod sessions;
mod settings;
mod store;
mod streams;
mod testing;
mod validation;
mod websockets;
