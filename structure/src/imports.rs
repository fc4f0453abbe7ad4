//! Which modules of a crate import which.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path as File;

use crate::paths::{self, Path};

/// The modules of a crate, each with those that it imports.
pub(crate) struct Imports(BTreeMap<Path, BTreeSet<Path>>);

impl Imports {
    /// Reads the modules of a crate of the workspace, down to `depth` names from its root: what lies deeper belongs to the module
    /// that contains it.
    pub(crate) fn of_crate(name: &str, depth: usize) -> Self {
        let source = File::new(env!("CARGO_MANIFEST_DIR"))
            .join("../crates")
            .join(name)
            .join("src");
        let mut files = BTreeMap::new();
        read(&source, &Path::new(), &mut files);
        let modules: BTreeSet<Path> = files
            .keys()
            .map(|module| module[..module.len().min(depth)].to_vec())
            .collect();
        // An item is part of the longest module that its path begins with.
        let module_of = |path: &Path| {
            let lengths = (0..=path.len()).rev();
            let mut starts = lengths.map(|length| path[..length].to_vec());
            starts.find(|it| modules.contains(it))
        };
        let mut imports = BTreeMap::new();
        for (module, paths) in &files {
            let own = module_of(module).expect("the module itself");
            let others = paths.iter().filter_map(module_of).filter(|it| *it != own);
            let known: &mut BTreeSet<Path> = imports.entry(own.clone()).or_default();
            known.extend(others);
        }
        Self(imports)
    }

    pub(crate) fn modules(&self) -> impl Iterator<Item = &Path> {
        self.0.keys()
    }

    /// Returns what a module imports.
    pub(crate) fn of(&self, module: &Path) -> &BTreeSet<Path> {
        &self.0[module]
    }

    /// Returns a way from a module back to itself, if its imports lead there.
    pub(crate) fn circle(&self, module: &Path) -> Option<Vec<String>> {
        let mut ways = vec![vec![module]];
        let mut reached = BTreeSet::new();
        while let Some(way) = ways.pop() {
            for next in &self.0[way[way.len() - 1]] {
                if next == module {
                    let names = way.iter().chain([&module]);
                    return Some(names.map(|it| it.join("::")).collect());
                }
                if reached.insert(next) {
                    ways.push([&*way, &[next]].concat());
                }
            }
        }
        None
    }
}

/// Adds the modules in a folder, each with the paths that its file contains.
fn read(folder: &File, at: &Path, found: &mut BTreeMap<Path, Vec<Path>>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let file = entry.expect("an entry").path();
        let name = file.file_stem().expect("a name").to_string_lossy();
        let mut module = at.clone();
        if file.is_dir() {
            module.push(name.into_owned());
            read(&file, &module, found);
        } else if file.extension().is_some_and(|it| it == "rs") && name != "tests" {
            if name != "mod" && name != "lib" {
                module.push(name.into_owned());
            }
            let text = fs::read_to_string(&file).expect("text");
            let paths = paths::of_file(&text, &module);
            found.entry(module).or_default().extend(paths);
        }
    }
}
