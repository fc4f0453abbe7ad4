//! The code of the guide, a module for each chapter. The chapters include it by its anchors.

pub mod ai;
pub mod crud;
pub mod dependencies;
pub mod deployment;
pub mod document;
pub mod extending;
pub mod from_axum;
pub mod from_fastapi;
pub mod inference;
pub mod login;
pub mod middleware;
pub mod observability;
pub mod responses;
pub mod security;
pub mod sessions;
pub mod settings;
pub mod store;
pub mod streams;
pub mod testing;
pub mod validation;
pub mod websockets;
