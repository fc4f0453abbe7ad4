//! A test: the imports between the modules of this crate have no circles. A module imports its children.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use syn::{Item, UseTree};

/// The names of a module from the root of the crate.
type Module = Vec<String>;

/// Adds the modules in a folder, each with the paths that it declares and imports.
fn read(folder: &Path, at: &Module, found: &mut BTreeMap<Module, Vec<Module>>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path
            .file_stem()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let mut module = at.clone();
        if path.is_dir() {
            module.push(name);
            read(&path, &module, found);
        } else if path.extension().is_some_and(|it| it == "rs") {
            if name != "mod" && name != "lib" {
                module.push(name);
            }
            let text = std::fs::read_to_string(&path).expect("text");
            let mut paths = Vec::new();
            for item in syn::parse_file(&text).expect("items").items {
                match item {
                    Item::Mod(child) if child.content.is_none() => {
                        paths.push(vec![child.ident.to_string()]);
                    }
                    Item::Use(import) => paths_of(&import.tree, &Module::new(), &mut paths),
                    _ => {}
                }
            }
            let paths = paths
                .into_iter()
                .map(|path| absolute(path, &module))
                .collect();
            found.insert(module, paths);
        }
    }
}

/// Adds the paths of a `use` declaration.
fn paths_of(tree: &UseTree, before: &Module, found: &mut Vec<Module>) {
    let with = |name: &syn::Ident| [&**before, &[name.to_string()]].concat();
    match tree {
        UseTree::Path(path) => paths_of(&path.tree, &with(&path.ident), found),
        UseTree::Group(group) => group
            .items
            .iter()
            .for_each(|it| paths_of(it, before, found)),
        UseTree::Name(name) => found.push(with(&name.ident)),
        UseTree::Rename(name) => found.push(with(&name.ident)),
        UseTree::Glob(_) => found.push(before.clone()),
    }
}

/// Returns the path from the root of the crate. Paths of other crates become paths in the module itself.
fn absolute(path: Module, from: &Module) -> Module {
    let mut base = from.clone();
    let mut names = path.into_iter().peekable();
    while let Some(name) = names.next_if(|name| ["crate", "self", "super"].contains(&&**name)) {
        match &*name {
            "crate" => base.clear(),
            "super" => drop(base.pop()),
            _ => {}
        }
    }
    base.extend(names);
    base
}

/// Returns the modules that `from` reaches over one import or more.
fn reached<'m>(
    from: &'m Module,
    imports: &'m BTreeMap<Module, BTreeSet<Module>>,
) -> BTreeSet<&'m Module> {
    let mut reached = BTreeSet::new();
    let mut next: Vec<&Module> = imports[from].iter().collect();
    while let Some(module) = next.pop() {
        if reached.insert(module) {
            next.extend(&imports[module]);
        }
    }
    reached
}

#[test]
fn imports_have_no_circles() {
    let mut paths = BTreeMap::new();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    read(&source, &Module::new(), &mut paths);
    assert!(paths.len() > 40, "{:?}", paths.keys());
    // An item is part of the longest module that its path begins with.
    let module_of = |path: &Module| {
        let lengths = (0..=path.len()).rev();
        let mut modules = lengths.map(|length| path[..length].to_vec());
        modules.find(|it| paths.contains_key(it))
    };
    let mut imports = BTreeMap::new();
    for (module, paths) in &paths {
        let modules = paths.iter().filter_map(module_of);
        let others: BTreeSet<Module> = modules.filter(|it| it != module).collect();
        imports.insert(module.clone(), others);
    }
    for module in imports.keys() {
        let is_free = !reached(module, &imports).contains(module);
        assert!(is_free, "`{}` imports itself", module.join("::"));
    }
}
