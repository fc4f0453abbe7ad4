//! The machine and the software versions of a run.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::peers::folder;

/// The packages whose versions are listed.
const RUST: &[&str] = &[
    "hyper",
    "serde_json",
    "tokio",
    "axum",
    "garde",
    "utoipa",
    "actix-web",
    "poem",
    "poem-openapi",
    "blazingly",
    "furnace-server",
];

/// Returns a list in Markdown.
pub fn description() -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load: Vec<&str> = load.split_whitespace().take(3).collect();
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let options: Vec<String> = std::env::args().skip(1).collect();
    let mut text = String::new();
    let mut line = |name: &str, value: &str| {
        let _ = writeln!(text, "- {name}: {}", value.trim());
    };
    line(
        "processor",
        &format!("{}, {cores} cores, shared with the client", processor()),
    );
    line("load at the start", &load.join(" "));
    line("system", &format!("Linux {kernel}"));
    line("Avocet", &commit());
    line("compiler", &first_line("rustc", &["--version"]));
    line("client", &first_line("wrk", &["--version"]));
    line("Rust", &rust_versions());
    line("Python", &python_versions());
    line(
        "command",
        &format!(
            "`cargo run --release --manifest-path bench/Cargo.toml -- {}`",
            options.join(" ")
        ),
    );
    text
}

fn processor() -> String {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("model name"));
    let name = line
        .unwrap_or("unknown")
        .trim_start_matches([' ', '\t', ':']);
    name.to_owned()
}

fn commit() -> String {
    let git = |arguments: &[&str]| {
        let output = Command::new("git")
            .args(arguments)
            .current_dir(folder())
            .output();
        output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let commit = git(&["rev-parse", "--short", "HEAD"]).unwrap_or_default();
    match git(&["status", "--porcelain", "--untracked-files=no"]) {
        Ok(changes) if changes.is_empty() => commit,
        _ => format!("{commit}, with changes"),
    }
}

fn first_line(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    let text = text.unwrap_or_default();
    text.lines().next().unwrap_or("unknown").to_owned()
}

fn rust_versions() -> String {
    let lock = include_str!("../Cargo.lock");
    let version = |name: &&str| {
        let (_, after) = lock.split_once(&format!("name = \"{name}\"\nversion = \""))?;
        Some(format!("{name} {}", after.split_once('"')?.0))
    };
    let versions: Vec<String> = RUST.iter().filter_map(version).collect();
    versions.join(", ")
}

/// Returns the versions of the packages that `bench/python/prepare` installs by name.
fn python_versions() -> String {
    let interpreters = ["venv", "venv-bentoml"].map(|environment| {
        let folder = folder().join("python").join(environment);
        folder.join("bin/python")
    });
    let versions = interpreters.iter().filter(|program| program.exists());
    let versions: Vec<String> = versions.map(|program| versions_of(program)).collect();
    if versions.is_empty() {
        return "not prepared".to_owned();
    }
    versions.join("; ")
}

fn versions_of(interpreter: &Path) -> String {
    let listed = [
        "fastapi",
        "pydantic",
        "uvicorn",
        "uvloop",
        "httptools",
        "granian",
        "litestar",
        "msgspec",
        "robyn",
        "litserve",
        "bentoml",
    ];
    let program = "import sys, importlib.metadata as m\n\
        print('.'.join(map(str, sys.version_info[:3])), *[f', {n} {m.version(n)}' for n in sys.argv[1:] \
        if any(True for _ in m.distributions(name=n))], sep='')";
    let mut arguments = vec!["-c", program];
    arguments.extend(listed);
    first_line(&interpreter.to_string_lossy(), &arguments)
}
