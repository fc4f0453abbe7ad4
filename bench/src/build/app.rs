//! Programs that are generated for a measurement, in a folder beside the build.

use std::fs;
use std::path::{Path, PathBuf};

use super::cargo::{self, Spent};
use crate::peers::{apps, folder};

/// An application has a module with four endpoints for each; the first is the module in `bench/apps`.
const KINDS: [&str; 10] = [
    "letter", "novel", "report", "recipe", "lecture", "review", "manual", "ballad", "sonnet",
    "sermon",
];

pub struct App {
    folder: PathBuf,
    edited: &'static str,
    /// The text before and after the number of the edit.
    text: (String, String),
}

impl App {
    /// Generates `bench/apps/NAME` with ten kinds of texts instead of one.
    pub fn forty_endpoints(name: &str) -> Result<Self, String> {
        let template = folder().join("apps").join(name);
        let letter = read(&template.join("src/letter.rs"))?;
        let app = Self::new(
            "letters",
            name,
            "src/letter.rs",
            &letter,
            "REVISION: u32 = ",
        )?;
        let main = for_all_kinds(&read(&template.join("src/main.rs"))?);
        app.write("src/main.rs", &main)?;
        for kind in &KINDS[1..] {
            app.write(&format!("src/{kind}.rs"), &of_kind(&letter, kind))?;
        }
        Ok(app)
    }

    /// Generates the smallest program; Avocet's is `examples/hello`. It takes its port as an option, as the servers do.
    pub fn smallest(name: &str) -> Result<Self, String> {
        let main = match name {
            "avocet" => folder().join("../examples/hello/src/main.rs"),
            _ => folder().join("apps").join(name).join("hello.rs"),
        };
        let port = r#"format!("127.0.0.1:{}", std::env::args().nth(2).expect("--port N"))"#;
        let main = read(&main)?.replace(r#""127.0.0.1:8000""#, port);
        Self::new("hello", name, "src/main.rs", &main, "Hello")
    }

    /// Creates the package `TITLE_NAME` with the dependencies of `bench/apps/NAME`, and its file to edit, after a marker.
    fn new(
        title: &str,
        name: &str,
        edited: &'static str,
        text: &str,
        mark: &str,
    ) -> Result<Self, String> {
        let own = format!("{title}_{name}");
        let found = text
            .find(mark)
            .ok_or_else(|| format!("{edited} of {own} has no `{mark}`"))?;
        let (before, after) = text.split_at(found + mark.len());
        let app = Self {
            folder: apps().join(&own),
            edited,
            text: (before.to_owned(), after.trim_start_matches('0').to_owned()),
        };
        let manifest = read(&folder().join("apps").join(name).join("Cargo.toml"))?;
        let manifest = manifest.replace(&format!("letters_{name}"), &own);
        let crates = folder().join("../crates");
        let manifest = manifest.replace("../../../crates", &crates.to_string_lossy());
        app.write("Cargo.toml", &(manifest + &profile()?))?;
        if !app.folder.join("Cargo.lock").exists() {
            eprintln!("{own} is written; what it depends on is built once");
            // The versions with which the servers are built.
            app.write("Cargo.lock", &read(&folder().join("Cargo.lock"))?)?;
        }
        app.edit(0)?;
        Ok(app)
    }

    /// Changes the file by the number of the edit.
    pub fn edit(&self, number: u32) -> Result<(), String> {
        let (before, after) = &self.text;
        self.write(self.edited, &format!("{before}{number}{after}"))
    }

    pub fn cargo(&self, arguments: &[&str], target: &Path) -> Result<Spent, String> {
        cargo::run(&self.folder, arguments, target)
    }

    /// Writes a file of the package, unless it has this content already.
    fn write(&self, file: &str, text: &str) -> Result<(), String> {
        let file = self.folder.join(file);
        if fs::read_to_string(&file).is_ok_and(|old| old == text) {
            return Ok(());
        }
        let parent = file.parent().expect("it is in a folder");
        fs::create_dir_all(parent)
            .and_then(|()| fs::write(&file, text))
            .map_err(|error| format!("{}: {error}", file.display()))
    }
}

fn read(file: &Path) -> Result<String, String> {
    fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))
}

/// Returns the release profile of the workspace.
fn profile() -> Result<String, String> {
    let workspace = read(&folder().join("../Cargo.toml"))?;
    let profile = workspace
        .split("\n\n")
        .find(|part| part.starts_with("[profile.release]"));
    let profile = profile.ok_or("the workspace has no release profile")?;
    Ok(format!("\n{profile}\n"))
}

/// Repeats every line that names the module of letters, once for each kind.
fn for_all_kinds(main: &str) -> String {
    let lines = main.lines().flat_map(|line| {
        let of_each = line.contains("mod letter;") || line.contains("letter::");
        let kinds = if of_each { &KINDS[..] } else { &KINDS[..1] };
        kinds.iter().map(move |kind| of_kind(line, kind) + "\n")
    });
    lines.collect()
}

fn of_kind(text: &str, kind: &str) -> String {
    let (first, rest) = kind.split_at(1);
    let capital = first.to_uppercase() + rest;
    text.replace("letter", kind).replace("Letter", &capital)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_and_its_use_stand_there_for_each_kind() {
        let main = for_all_kinds("mod letter;\nfn main() {\n    add(letter::Api);\n}\n");
        assert_eq!(main.matches("mod ").count(), KINDS.len());
        assert!(main.contains("    add(novel::Api);\n"), "{main}");
        assert_eq!(main.matches("fn main").count(), 1);
    }

    #[test]
    fn a_kind_keeps_the_case_of_its_names() {
        assert_eq!(
            of_kind("struct NewLetter; \"/letters\"", "novel"),
            "struct NewNovel; \"/novels\""
        );
    }
}
