#!/usr/bin/env python3
"""What `cargo check` of forty protected endpoints costs, beside the same in plain axum.

    python3 bench/protected.py [--rounds 7]

Takes the applications in `bench/apps`, ten modules of four endpoints each, and adds a check of a bearer token to every
endpoint: a dependency of a dependency on Avocet, an extractor that uses another one on axum. What they depend on is
built once before. Then each is checked in turn after an edit of one module, and the best CPU time of each is printed.
"""

import argparse
import pathlib
import re
import resource
import shutil
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
MODULES = 10

AVOCET = '''
#[derive(Clone)]
struct User(u64);

#[dependency]
async fn user(#[bearer] token: avocet::types::Secret<String>) -> Result<User, HttpError> {
    if token.matches("t0ps3cret") {
        Ok(User(1))
    } else {
        Err(avocet::security::unauthorized("Bearer", "Unknown token"))
    }
}

#[derive(Clone)]
struct Editor;

#[dependency]
async fn editor(#[depends(user)] user: User) -> Result<Editor, HttpError> {
    if user.0 == 1 { Ok(Editor) } else { Err(avocet::security::forbidden("Not an editor")) }
}
'''

AXUM = '''
use axum::extract::FromRequestParts;
use axum::http::{StatusCode, header::AUTHORIZATION, request::Parts};

struct User(u64);

impl<S: Sync> FromRequestParts<S> for User {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, StatusCode> {
        let value = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        match value.and_then(|value| value.strip_prefix("Bearer ")) {
            Some("t0ps3cret") => Ok(User(1)),
            _ => Err(StatusCode::UNAUTHORIZED),
        }
    }
}

struct Editor;

impl<S: Sync> FromRequestParts<S> for Editor {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, StatusCode> {
        match User::from_request_parts(parts, state).await? {
            User(1) => Ok(Editor),
            User(_) => Err(StatusCode::FORBIDDEN),
        }
    }
}
'''

ARGUMENT = {"avocet": "#[depends(editor)] _editor: Editor, ", "axum": "_editor: Editor, "}


def prepare(name, folder):
    """Writes the protected application, and returns the module to edit."""
    source = ROOT / "bench" / "apps" / name
    manifest = (source / "Cargo.toml").read_text().replace("../../..", str(ROOT))
    (folder / "src").mkdir(parents=True)
    (folder / "Cargo.toml").write_text(manifest)
    letter = (source / "src" / "letter.rs").read_text()
    letter, handlers = re.subn(r"(async fn \w+\()", r"\1" + ARGUMENT[name], letter)
    assert handlers == 4, handlers
    of_name = {"avocet": "use crate::{Editor, editor};\n", "axum": "use crate::Editor;\n"}[name]
    letter = letter.replace("\nuse ", "\n" + of_name + "use ", 1)
    main = (source / "src" / "main.rs").read_text()
    main = main.replace("mod letter;\n", "".join(f"mod letter{n};\n" for n in range(MODULES)))
    for line in [line for line in main.splitlines() if "letter::" in line]:
        main = main.replace(line, "\n".join(line.replace("letter::", f"letter{n}::") for n in range(MODULES)))
    (folder / "src" / "main.rs").write_text(main + {"avocet": AVOCET, "axum": AXUM}[name])
    for number in range(MODULES):
        (folder / "src" / f"letter{number}.rs").write_text(letter.replace("/letters", f"/letters{number}"))
    return folder / "src" / "letter3.rs"


def check(folder):
    """Returns the CPU seconds of one check."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(["cargo", "check", "--quiet"], cwd=folder, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    best = {}
    with tempfile.TemporaryDirectory() as temporary:
        edited = {name: prepare(name, pathlib.Path(temporary) / name) for name in ARGUMENT}
        for file in edited.values():
            check(file.parent.parent)
        for number in range(1, rounds + 1):
            for name, file in edited.items():
                text = file.read_text()
                file.write_text(re.sub(r"REVISION: u32 = \d+", f"REVISION: u32 = {number}", text))
                seconds = check(file.parent.parent)
                best[name] = min(seconds, best.get(name, seconds))
    for name, seconds in best.items():
        print(f"{name:8} {seconds:.2f} CPU s, {seconds / best['axum']:.2f} of axum")


if __name__ == "__main__":
    main()
