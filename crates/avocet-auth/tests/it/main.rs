//! Tests of the crate as its users see it.

mod forged_tokens;
// mod login;
mod tokens;
