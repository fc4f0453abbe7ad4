//! The tests.

use crate::imports::Imports;
use crate::paths::of_file;

/// The folders and files at the root of `avocet`, each of which imports only those before it.
const ORDER: &[&str] = &[
    "sync",
    "path",
    "serve",
    "report",
    "number",
    "write",
    "model",
    "read",
    "temporal",
    "rules",
    "input",
    "types",
    "body",
    "error",
    "operation",
    "response",
    "tasks",
    "cleanup",
    "extract",
    "depend",
    "security",
    "lifecycle",
    "layer",
    "route",
    "observe",
    "plugin",
    "inference",
    "websocket",
    "docs",
    "openapi",
    "app",
    "settings",
    "testing",
];

/// What users and macros see: these may import everything.
const FACADE: &[&str] = &["", "bounds", "prelude", "private", "shorthand"];

#[test]
fn the_modules_of_avocet_import_only_those_before_them() {
    let imports = Imports::of_crate("avocet", 1);
    let mut wrong = Vec::new();
    let place = |name: &str| ORDER.iter().position(|it| *it == name);
    for module in imports.modules() {
        let name = module.join("::");
        if FACADE.contains(&&*name) {
            continue;
        }
        let own = place(&name).unwrap_or_else(|| panic!("`{name}` has no place in the order"));
        for other in imports.of(module) {
            let other = other.join("::");
            if place(&other).is_none_or(|other| other > own) {
                wrong.push(format!("`{name}` imports `{other}`"));
            }
        }
    }
    assert!(wrong.is_empty(), "not before them in the order: {wrong:#?}");
    assert_eq!(imports.modules().count(), ORDER.len() + FACADE.len());
}

#[test]
fn imports_have_no_circles() {
    for (name, depth) in [
        ("avocet-ai", usize::MAX),
        ("avocet-auth", usize::MAX),
        ("avocet-context", usize::MAX),
        ("avocet-inference", usize::MAX),
        ("avocet-macros", usize::MAX),
        ("avocet-middleware", usize::MAX),
        ("avocet-server", usize::MAX),
        ("avocet-session", usize::MAX),
        ("avocet-store", usize::MAX),
    ] {
        let imports = Imports::of_crate(name, depth);
        assert!(imports.modules().count() > 5, "{name} has no modules");
        let circles = imports
            .modules()
            .filter_map(|module| imports.circle(module));
        let circles: Vec<_> = circles.collect();
        assert!(circles.is_empty(), "{name}: {circles:#?}");
    }
}

#[test]
fn paths_are_found_in_every_position() {
    let text = "
        //! [`crate::in_docs`]
        mod child;
        use crate::{a::{B, self}, c};
        use super::d::E as F;
        pub(in super::super) use self::child::G;
        fn f(it: &crate::h::I) { println!(\"{}\", crate::j(it)); self.k() }
        macro_rules! m { () => { $crate::l::m!() }; }
        #[cfg(test)]
        mod tests { use crate::n; }
        #[cfg(test)]
        use crate::o;
    ";
    let module = ["p", "q"].map(str::to_owned).to_vec();
    let found: Vec<String> = of_file(text, &module)
        .iter()
        .map(|it| it.join("::"))
        .collect();
    let expected = [
        "p::q::child",
        "a::B",
        "a::self",
        "c",
        "p::d::E",
        "p::q::child::G",
        "h::I",
        "j",
        "l::m",
    ];
    assert_eq!(found, expected);
}
