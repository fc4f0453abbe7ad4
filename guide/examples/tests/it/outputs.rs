//! Compares a response with the file that a chapter includes.
//!
//! `GUIDE_OUTPUTS=overwrite cargo test -p guide-examples` writes the files anew.

use avocet::testing::TestResponse;
use std::fs;
use std::path::PathBuf;

/// The text must be that of `outputs/{name}`. Lists of errors have a line for each error there.
pub fn assert_shown(name: &str, text: &str) {
    let text = text
        .replace("[{\"type\"", "[\n  {\"type\"")
        .replace("},{\"type\"", "},\n  {\"type\"")
        .replace("}]}", "}\n]}");
    let text = format!("{}\n", text.trim_end());
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/outputs")).join(name);
    if std::env::var_os("GUIDE_OUTPUTS").is_some_and(|wish| wish == "overwrite") {
        fs::write(&path, &text).unwrap();
    }
    let shown =
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert_eq!(
        text, shown,
        "the guide shows {name}; GUIDE_OUTPUTS=overwrite writes it anew"
    );
}

/// The status and the body of a response are as the guide shows them.
pub async fn assert_response(name: &str, status: u16, response: TestResponse) {
    let got = response.status();
    let text = response.text().await;
    assert_eq!(got, status, "{text}");
    assert_shown(name, &text);
}
