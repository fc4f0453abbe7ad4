#!/usr/bin/env python3
"""What forty models of eight ruled fields cost to check, beside the same structs with serde's two derives.

    python3 bench/compile.py [--rounds 7] [--models 40]

Writes two crates that link avocet into a temporary folder, checks both in turn, clean and not incremental (what they depend
on is built once before), and prints the best time of each. It also prints how much the macros print for one model:
the bytes of the expanded crate, which the compiler shows, beyond those of the same structs without any attribute.
"""

import argparse
import os
import pathlib
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent

FIELDS = [
    ("#[field(min_length = 1, max_length = 64)]", "name", "String"),
    ("#[field(ge = 0, le = 150)]", "age", "u32"),
    ("#[field(gt = -0.5, lt = 2.5)]", "score", "f64"),
    ("#[field(max_items = 16, items(min_length = 1))]", "tags", "Vec<String>"),
    ('#[field(pattern = "^[a-z]+$")]', "code", "Option<String>"),
    ("#[field(multiple_of = 3)]", "step", "Option<i64>"),
    ("#[field(min_items = 2, items(ge = -1, le = 1))]", "vector", "Vec<f32>"),
    ("#[field(ge = 1)]", "count", "u64"),
]

MANIFEST = """[package]
name = "{name}"
version = "0.0.0"
edition = "2024"

[workspace]

[dependencies]
avocet = {{ path = "{root}/crates/avocet" }}
serde = {{ version = "1", features = ["derive"] }}
"""


def source(kind, models):
    """The crate's text: `avocet`, `serde` or `plain`."""
    text = "#![allow(dead_code, unused)]\n"
    uses = {"avocet": "use avocet::prelude::*;\n", "serde": "use avocet as _;\nuse serde::{Deserialize, Serialize};\n"}
    text += uses.get(kind, "use avocet as _;\n")
    above = {"avocet": "#[model]\n", "serde": "#[derive(Serialize, Deserialize)]\n"}.get(kind, "")
    for number in range(models):
        text += f"\n/// Model {number}.\n{above}pub struct Model{number} {{\n"
        for rules, name, kind_of in FIELDS:
            text += f"    /// The {name}.\n"
            text += f"    {rules}\n" if kind == "avocet" else ""
            text += f"    pub {name}: {kind_of},\n"
        text += "}\n"
    return text


def cargo(folder, *arguments, **environment):
    environment = {**os.environ, "CARGO_INCREMENTAL": "0", "CARGO_TARGET_DIR": str(folder.parent / "target"), **environment}
    return subprocess.run(["cargo", *arguments], cwd=folder, env=environment, check=True, capture_output=True, text=True)


def expanded(folder):
    """How many bytes the crate has when every macro is printed out."""
    return len(cargo(folder, "rustc", "--lib", "--", "-Zunpretty=expanded", RUSTC_BOOTSTRAP="1").stdout)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=7)
    options.add_argument("--models", type=int, default=40)
    options = options.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folders = {}
        for kind in ("avocet", "serde", "plain"):
            folder = pathlib.Path(temporary, kind)
            (folder / "src").mkdir(parents=True)
            (folder / "Cargo.toml").write_text(MANIFEST.format(name=f"models-{kind}", root=ROOT))
            (folder / "src/lib.rs").write_text(source(kind, options.models))
            cargo(folder, "check")
            folders[kind] = folder
        times = {kind: [] for kind in folders}
        for _ in range(options.rounds):
            for kind, folder in folders.items():
                # Only the crate itself is checked again, from nothing.
                (folder / "src/lib.rs").touch()
                start = time.monotonic()
                cargo(folder, "check")
                times[kind].append(time.monotonic() - start)
        best = {kind: min(all_of) for kind, all_of in times.items()}
        sizes = {kind: expanded(folder) for kind, folder in folders.items()}
        for kind in folders:
            printed = (sizes[kind] - sizes["plain"]) / options.models
            print(f"{kind:7} best of {options.rounds}: {best[kind]:.2f} s; printed for each model: {printed:.0f} bytes")
        print(f"avocet to serde: {best['avocet'] / best['serde']:.2f}")


if __name__ == "__main__":
    main()
