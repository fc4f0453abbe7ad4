//! A promise that the compiler does not check: secrets are compared in constant time.

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Returns the files of code below a folder, without those of builds.
fn code_below(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() && path.file_name().is_some_and(|name| name != "target") {
            code_below(&path, found);
        } else if path.extension().is_some_and(|it| it == "rs" || it == "md") {
            found.push(path);
        }
    }
}

/// Returns whether a statement compares an exposed secret with `==` or a pattern.
fn compares_exposed(statement: &str) -> bool {
    let Some(at) = statement.find(".expose()") else {
        return false;
    };
    let (before, after) = statement.split_at(at);
    let after = &after[".expose()".len()..];
    let after = [".as_str()", ".as_bytes()", ".as_ref()"]
        .iter()
        .find_map(|it| after.strip_prefix(it))
        .unwrap_or(after)
        .trim_start();
    let is_compared = |operator: &str| {
        let before = before
            .rsplit(['(', '{', ',', '|'])
            .next()
            .unwrap_or_default();
        after.starts_with(operator) || before.contains(operator)
    };
    let is_matched = before
        .trim_end()
        .rsplit_once("match ")
        .is_some_and(|(_, it)| {
            it.chars()
                .all(|c| c.is_alphanumeric() || "_.&*()".contains(c))
                && after.starts_with('{')
        });
    is_compared("==") || is_compared("!=") || is_matched
}

#[test]
fn v21_a_comparison_of_a_secret_is_found() {
    for (code, expected) in [
        ("name == \"ada\" && password.expose() == \"b\"", true),
        ("match token.expose().as_str() {", true),
        ("find(|(known, _)| known == token.expose())", true),
        ("token.expose().as_bytes() != other", true),
        ("token.matches(\"b\")", false),
        ("assert_eq!(token.expose(), \"b\")", false),
        ("token.expose().len()", false),
        ("match tokens.find(token.expose()) {", false),
    ] {
        assert_eq!(compares_exposed(code), expected, "{code}");
    }
}

#[test]
fn v21_secrets_are_compared_in_constant_time() {
    let mut files = Vec::new();
    for folder in [
        "crates",
        "examples",
        "guide/examples",
        "guide/src",
        "conformance",
    ] {
        code_below(&root().join(folder), &mut files);
    }
    assert!(files.len() > 500, "{} files", files.len());
    let mut wrong = Vec::new();
    for file in &files {
        // Tests compare what arrived with what was sent.
        if file.components().any(|it| it.as_os_str() == "tests") {
            continue;
        }
        let text = fs::read_to_string(file).expect("text");
        let lines = text.lines().enumerate();
        wrong.extend(
            lines
                .filter(|(_, line)| compares_exposed(line))
                .map(|(index, line)| format!("{}:{}: {}", file.display(), index + 1, line.trim())),
        );
    }
    assert!(wrong.is_empty(), "use `Secret::matches`: {wrong:#?}");
}

#[test]
fn v21_hashes_and_tokens_are_compared_in_constant_time() {
    for (file, comparison) in [
        (
            "crates/avocet/src/types/constant_time.rs",
            "given.ct_eq(expected)",
        ),
        (
            "crates/avocet-auth/src/keys/record.rs",
            "self.hash.ct_eq(hash)",
        ),
        ("crates/avocet-session/src/csrf.rs", ".ct_eq(&secret)"),
    ] {
        let text = fs::read_to_string(root().join(file)).expect("text");
        assert!(text.contains(comparison), "{file} has no `{comparison}`");
        assert!(!text.contains("hash == "), "{file}");
    }
}

/// Formats that two readers would read differently, each with the crates that read it.
const READERS: [(&str, &[&str], usize); 3] = [
    (
        "JSON",
        &["serde_json", "simd-json", "sonic-rs", "json", "tinyjson"],
        1,
    ),
    (
        "forms and queries",
        &[
            "form_urlencoded",
            "serde_urlencoded",
            "serde_qs",
            "querystring",
        ],
        1,
    ),
    ("multipart", &["multer", "multipart", "multiparty"], 0),
];

#[test]
fn a17_a_format_has_one_reader() {
    for entry in fs::read_dir(root().join("crates")).expect("a folder") {
        let manifest = entry.expect("an entry").path().join("Cargo.toml");
        let text = fs::read_to_string(&manifest).expect("a manifest");
        let start = text.find("\n[dependencies]").expect("dependencies") + 1;
        let end = text[start..]
            .find("\n[")
            .map_or(text.len(), |at| start + at);
        let names: Vec<&str> = text[start..end]
            .lines()
            .filter_map(|line| line.split([' ', '.', '=']).next())
            .collect();
        for (format, readers, most) in READERS {
            let used: Vec<_> = readers.iter().filter(|it| names.contains(*it)).collect();
            assert!(
                used.len() <= most,
                "{}: {format}: {used:?}",
                manifest.display()
            );
        }
    }
}
