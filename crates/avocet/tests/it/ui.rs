//! The compile errors for users: each file under `tests/ui` contains the error in its name, and the text beside it is the compiler's
//! output.
//!
//! Compilers word their part differently, so the texts are compared only with the compiler that produced them.

use std::process::Command;

/// The compiler whose messages the `.stderr` files contain.
const COMPILER: &str = "rustc 1.95.";

#[test]
fn mistakes_are_explained_at_the_users_own_tokens() {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc)
        .arg("--version")
        .output()
        .expect("rustc runs");
    let version = String::from_utf8_lossy(&output.stdout).into_owned();
    if !version.starts_with(COMPILER) {
        crate::skipped(&format!(
            "the texts were taken with {COMPILER}x, this is {version}"
        ));
        return;
    }
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}

#[test]
fn no_error_shows_the_inside_of_avocet() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/ui");
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|it| it == "stderr") {
            let text = std::fs::read_to_string(&path).expect("text");
            for inside in [
                "__private",
                "__avocet",
                "carry!",
                "both!",
                "assert_implemented",
                "(T0, T1",
            ] {
                assert!(!text.contains(inside), "{inside} in {}", path.display());
            }
        }
    }
}
