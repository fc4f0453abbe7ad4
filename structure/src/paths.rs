//! The paths that a file contains, from its tokens: also those in expressions and in macros.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// The names of a module or an item, from the root of its crate.
pub(crate) type Path = Vec<String>;

/// Returns the paths of a file that begin with `crate`, `self` or `super`, from the root of the crate. Code for tests is left out.
pub(crate) fn of_file(text: &str, module: &Path) -> Vec<Path> {
    let tokens: TokenStream = text.parse().expect("tokens");
    let mut found = Vec::new();
    collect(tokens, module, &mut found);
    found
}

fn collect(tokens: TokenStream, module: &Path, found: &mut Vec<Path>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut index = 0;
    while index < tokens.len() {
        if is_for_tests(&tokens[index..]) {
            index = end_of_item(&tokens, index + 2);
            continue;
        }
        match &tokens[index] {
            TokenTree::Ident(name) if is_root(&name.to_string()) && is_start(&tokens, index) => {
                index = path(&tokens, index, &Vec::new(), &mut |path| {
                    found.push(absolute(path, module));
                });
            }
            TokenTree::Ident(name) if name == "mod" => {
                let child = tokens.get(index + 1).map(ToString::to_string);
                let child = [&**module, &[child.unwrap_or_default()]].concat();
                match tokens.get(index + 2) {
                    Some(TokenTree::Group(inside)) => collect(inside.stream(), &child, found),
                    _ => found.push(child),
                }
                index += 3;
            }
            TokenTree::Group(group) => {
                let is_visibility = matches!(
                    group.stream().into_iter().next(),
                    Some(TokenTree::Ident(name)) if name == "in"
                );
                if !is_visibility {
                    collect(group.stream(), module, found);
                }
                index += 1;
            }
            _ => index += 1,
        }
    }
}

/// Reads a path or a tree of them, and returns where it ends.
fn path(
    tokens: &[TokenTree],
    mut index: usize,
    before: &Path,
    found: &mut dyn FnMut(Path),
) -> usize {
    let mut path = before.clone();
    loop {
        match tokens.get(index) {
            Some(TokenTree::Ident(name)) => path.push(name.to_string()),
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                let branches = inner.split(|it| is_punct(it, ','));
                for branch in branches.filter(|branch| !branch.is_empty()) {
                    self::path(branch, 0, &path, found);
                }
                return index + 1;
            }
            _ => break,
        }
        index += 1;
        let separator = tokens.get(index..index + 2);
        if !separator.is_some_and(|two| two.iter().all(|it| is_punct(it, ':'))) {
            break;
        }
        index += 2;
    }
    // An exported macro has its place at the root, wherever it is written.
    let is_macro = path.len() == 2 && tokens.get(index).is_some_and(|it| is_punct(it, '!'));
    if !is_macro {
        found(path);
    }
    index
}

fn is_root(name: &str) -> bool {
    ["crate", "self", "super"].contains(&name)
}

/// Returns whether a path begins here, as it does not in `self.name` and `pub(crate)`.
fn is_start(tokens: &[TokenTree], index: usize) -> bool {
    let next = tokens.get(index + 1..index + 3);
    next.is_some_and(|two| two.iter().all(|it| is_punct(it, ':')))
}

fn is_punct(token: &TokenTree, character: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == character)
}

/// Returns whether the attribute `#[cfg(test)]` stands here.
fn is_for_tests(tokens: &[TokenTree]) -> bool {
    let [hash, TokenTree::Group(attribute), ..] = tokens else {
        return false;
    };
    is_punct(hash, '#') && attribute.stream().to_string().replace(' ', "") == "cfg(test)"
}

/// Returns where the item that begins at `index` ends: behind its block, or its semicolon.
fn end_of_item(tokens: &[TokenTree], index: usize) -> usize {
    let ends = |token: &TokenTree| match token {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        _ => is_punct(token, ';'),
    };
    let length = tokens[index..].iter().position(ends);
    length.map_or(tokens.len(), |length| index + length + 1)
}

/// Returns the path from the root of the crate.
fn absolute(path: Path, from: &Path) -> Path {
    let mut base = from.clone();
    let mut names = path.into_iter().peekable();
    while let Some(name) = names.next_if(|name| is_root(name)) {
        match &*name {
            "crate" => base.clear(),
            "super" => drop(base.pop()),
            _ => {}
        }
    }
    base.extend(names);
    base
}
