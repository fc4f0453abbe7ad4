//! Rules for the text of the guide: code comes from files that are compiled, and links lead somewhere.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

const BOOK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../src");

/// The languages of code blocks. Rust comes from a file.
const LANGUAGES: [&str; 7] = ["rust", "json", "text", "console", "toml", "ini", "python"];

/// The chapters by their file names.
pub fn chapters() -> BTreeMap<String, String> {
    let files = fs::read_dir(BOOK)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let chapters = files.filter(|path| path.extension().is_some_and(|extension| extension == "md"));
    let read = |path: PathBuf| {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        (name, fs::read_to_string(path).unwrap())
    };
    let chapters: BTreeMap<_, _> = chapters.map(read).collect();
    assert!(chapters.len() > 10, "the folder of the chapters is {BOOK}");
    chapters
}

/// The code blocks of a chapter: the language and the lines.
fn blocks(text: &str) -> Vec<(String, Vec<&str>)> {
    let mut blocks = Vec::new();
    let mut open: Option<(String, Vec<&str>)> = None;
    for line in text.lines() {
        match (line.trim_start().strip_prefix("```"), &mut open) {
            (Some(language), None) => open = Some((language.to_owned(), Vec::new())),
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (None, Some((_, lines))) => lines.push(line),
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a code block is not closed");
    blocks
}

/// What is wrong with the code blocks of a chapter.
fn faults_of_blocks(text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    for (language, lines) in blocks(text) {
        let code = lines.join("\n");
        if !LANGUAGES.contains(&language.as_str()) {
            faults.push(format!("`{language}` is not one of {LANGUAGES:?}: {code}"));
        }
        let included = |line: &&str| {
            line.starts_with("{{#include ") || line.starts_with("{{#rustdoc_include ")
        };
        if language == "rust" && (lines.is_empty() || !lines.iter().all(included)) {
            faults.push(format!("Rust that is not included from a file: {code}"));
        }
    }
    faults
}

/// The targets of the includes of a chapter: the file and its anchor.
fn includes(text: &str) -> Vec<(&str, Option<&str>)> {
    let targets = text
        .split("{{#")
        .skip(1)
        .filter_map(|rest| rest.split("}}").next()?.split_once("include "));
    targets
        .map(|(_, target)| match target.split_once(':') {
            Some((file, anchor)) => (file, Some(anchor)),
            None => (target, None),
        })
        .collect()
}

/// The targets of the links and pictures of a chapter that stand in the same repository.
fn links(text: &str) -> Vec<&str> {
    let targets = text
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next());
    targets.filter(|target| !target.contains("://")).collect()
}

/// The id that mdBook gives a heading.
fn id(heading: &str) -> String {
    let kept = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = kept
        .chars()
        .filter(|char| char.is_alphanumeric() || matches!(char, '-' | '_' | ' '));
    kept.map(|char| if char == ' ' { '-' } else { char })
        .collect()
}

#[test]
fn every_rust_block_is_included() {
    for (name, text) in chapters() {
        assert_eq!(faults_of_blocks(&text), Vec::<String>::new(), "in {name}");
    }
}

#[test]
fn a_rust_block_that_is_not_included_is_found() {
    assert_eq!(faults_of_blocks("```rust\nlet x = 1;\n```\n").len(), 1);
    assert_eq!(
        faults_of_blocks("```rs\n{{#include a.rs:b}}\nlet x = 1;\n```\n").len(),
        1
    );
    assert_eq!(faults_of_blocks("```\nlet x = 1;\n```\n").len(), 1);
    assert_eq!(
        faults_of_blocks("```rust\n{{#include a.rs:b}}\n```\n").len(),
        0
    );
}

#[test]
fn every_include_has_its_file_and_anchor() {
    for (name, text) in chapters() {
        for (file, anchor) in includes(&text) {
            let path = Path::new(BOOK).join(file);
            let text = fs::read_to_string(&path)
                .unwrap_or_else(|error| panic!("{name} includes {file}: {error}"));
            if let Some(anchor) = anchor {
                let begins = text
                    .lines()
                    .any(|line| line.trim().ends_with(&format!("ANCHOR: {anchor}")));
                assert!(
                    begins,
                    "{name} includes {file}, which has no anchor `{anchor}`"
                );
            }
        }
    }
}

#[test]
fn every_link_leads_somewhere() {
    let chapters = chapters();
    for (name, text) in &chapters {
        for link in links(text) {
            let (file, fragment) = link.split_once('#').unwrap_or((link, ""));
            let file = if file.is_empty() { name } else { file };
            assert!(
                Path::new(BOOK).join(file).exists(),
                "{name} links to {link}"
            );
            if !fragment.is_empty() {
                let headings = chapters[file].lines().filter(|line| line.starts_with('#'));
                let ids: Vec<_> = headings.map(id).collect();
                assert!(
                    ids.iter().any(|id| id == fragment),
                    "{name} links to {link}, one of {ids:?}?"
                );
            }
        }
    }
}

/// Vague words, for which the guide has a subject or a term.
#[test]
fn the_text_avoids_vague_words() {
    for (name, text) in chapters() {
        let text = text.to_lowercase();
        let words: Vec<_> = text.split(|char: char| !char.is_alphabetic()).collect();
        for word in ["nobody", "somebody", "whoever", "another", "such", "told"] {
            assert!(!words.contains(&word), "{name} has the word `{word}`");
        }
    }
}

#[test]
fn the_summary_lists_every_chapter() {
    let chapters = chapters();
    let listed = links(&chapters["SUMMARY.md"]);
    for name in chapters.keys().filter(|name| *name != "SUMMARY.md") {
        assert!(
            listed.contains(&name.as_str()),
            "SUMMARY.md does not list {name}"
        );
    }
}

#[test]
fn every_output_is_shown() {
    let chapters = chapters();
    for file in fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/outputs")).unwrap() {
        let name = file.unwrap().file_name().into_string().unwrap();
        let shown = format!("outputs/{name}}}}}");
        assert!(
            chapters.values().any(|text| text.contains(&shown)),
            "no chapter shows {name}"
        );
    }
}
