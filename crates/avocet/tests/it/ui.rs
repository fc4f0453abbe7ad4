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
