//! Whole artifacts that users and their tools depend on, compared byte by byte with files beside this one.
//!
//! After a deliberate change, `INSTA_UPDATE=always cargo test -p avocet --test it` rewrites them; read the difference before you commit it.

mod error_bodies;
mod logs;
mod pages;
mod routes;

use avocet::model::OrderedJson;
use insta::{assert_snapshot, with_settings};

/// Compares a text with the snapshot of this name.
fn text(name: &str, text: &str) {
    with_settings!({
        snapshot_path => "saved",
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, {
        assert_snapshot!(name, text);
    });
}

/// Compares an `OpenAPI` document with the snapshot of this name.
pub(crate) fn document(name: &str, document: &OrderedJson) {
    text(&format!("document-{name}"), &format!("{document:#}"));
}
