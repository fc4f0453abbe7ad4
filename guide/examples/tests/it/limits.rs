//! The tables of limits are those of the server.

use crate::book::chapters;
use crate::outputs::assert_shown;
use avocet::serve::Limits;

#[test]
fn all_limits_are_as_shown() {
    let mut table = String::from("| limit | default | range |\n|---|---|---|\n");
    for entry in Limits::default().entries() {
        let (least, most) = entry.range();
        table += &format!(
            "| `{}` | {} | {least} to {most} |\n",
            entry.name(),
            entry.default()
        );
    }
    assert_shown("limits.md", &table);
}

#[test]
fn limits_of_websockets_are_as_shown() {
    let chapter = &chapters()["websockets.md"];
    for entry in Limits::default().entries() {
        if entry.name().starts_with("websocket_") {
            let row = format!("| `{}` | {} |", entry.name(), entry.default());
            assert!(chapter.contains(&row), "the chapter lacks {row}");
        }
    }
}
