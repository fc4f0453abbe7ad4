//! Compares the tree and the conflict report with an independent matcher, over random routes.
//!
//! Alphabets are small, so that templates match paths often.

use std::fmt::Write as _;

use http::Method;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::{Conflict, Lookup, Route, Template, Tree, conflicts};

/// One character of a template, or a variable. A template is generated as tokens and then written as text,
/// so the oracle does not depend on the parser.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Token {
    Character(char),
    Variable,
    Tail,
}

/// One character of a path, and whether it is percent-encoded.
type Sent = (char, bool);

fn separates((character, is_encoded): Sent) -> bool {
    character == '/' && !is_encoded
}

/// Returns all values of the first match of the tokens, where every variable tries long values first.
fn oracle(tokens: &[Token], path: &[Sent]) -> Option<Vec<String>> {
    let (longest, shortest) = match tokens.first() {
        None => return path.is_empty().then(Vec::new),
        Some(Token::Character(character)) => {
            let (first, path) = path.split_first()?;
            let is_same = first.0 == *character && (first.0 != '/' || separates(*first));
            return is_same.then(|| oracle(&tokens[1..], path))?;
        }
        Some(Token::Variable) => (path.iter().take_while(|c| !separates(**c)).count(), 1),
        Some(Token::Tail) => (path.len(), 0),
    };
    (shortest..=longest).rev().find_map(|length| {
        let mut values = oracle(&tokens[1..], &path[length..])?;
        values.insert(
            0,
            path[..length]
                .iter()
                .map(|(character, _)| *character)
                .collect(),
        );
        Some(values)
    })
}

/// Returns the values of the tokens in a path without encoded characters.
fn matches(tokens: &[Token], path: &str) -> Option<Vec<String>> {
    oracle(tokens, &sent(path, &[]))
}

/// Pairs the characters of a path with whether they are encoded.
fn sent(path: &str, chosen: &[bool]) -> Vec<Sent> {
    path.char_indices()
        .map(|(index, character)| (character, chosen.get(index) == Some(&true)))
        .collect()
}

fn write_template(tokens: &[Token]) -> String {
    let write = |(index, token): (usize, &Token)| match token {
        Token::Character('{') => "{{".to_owned(),
        Token::Character(character) => character.to_string(),
        Token::Variable => format!("{{v{index}}}"),
        Token::Tail => format!("{{v{index}:path}}"),
    };
    tokens.iter().enumerate().map(write).collect()
}

fn route(method: &Method, tokens: &[Token]) -> Route {
    Route {
        method: method.clone(),
        template: Template::parse(&write_template(tokens)).expect("a template"),
    }
}

fn tokens() -> impl Strategy<Value = Vec<Token>> {
    let token = prop_oneof![
        4 => Just(Token::Variable),
        6 => select(vec!['/', 'a', 'b', '-']).prop_map(Token::Character),
        1 => select(vec!['/', 'é', '{']).prop_map(Token::Character),
    ];
    let tail = prop::option::weighted(0.3, any::<Index>());
    (vec(token, 0..7), tail).prop_map(|(mut tokens, tail)| {
        tokens.insert(0, Token::Character('/'));
        if let Some(tail) = tail {
            tokens.insert(1 + tail.index(tokens.len()), Token::Tail);
        }
        tokens
    })
}

fn method() -> impl Strategy<Value = Method> {
    select(vec![Method::GET, Method::GET, Method::POST, Method::HEAD])
}

/// Generates a path that the tokens match.
fn path_of(tokens: &[Token]) -> BoxedStrategy<String> {
    let value = |token: &Token| match token {
        Token::Character(character) => Just(character.to_string()).boxed(),
        Token::Variable => "[ab-]{1,3}|é|\\{".boxed(),
        Token::Tail => "[/ab-]{0,4}|é/".boxed(),
    };
    let values: Vec<_> = tokens.iter().map(value).collect();
    values.prop_map(|values| values.concat()).boxed()
}

/// Generates routes, and decoded paths of which many are similar to one of the routes.
fn routes_and_paths() -> impl Strategy<Value = (Vec<(Method, Vec<Token>)>, Vec<String>)> {
    vec((method(), tokens()), 1..8).prop_flat_map(|routes| {
        let mut strategies: Vec<_> = routes.iter().map(|(_, tokens)| path_of(tokens)).collect();
        strategies.push("/[/ab-]{0,6}".boxed());
        strategies.push("/?[/ab{é-]{0,6}".boxed());
        (Just(routes), strategies)
    })
}

/// Encodes a path for a request.
fn encode(path: &[Sent]) -> String {
    let mut encoded = String::new();
    for (character, is_encoded) in path {
        if *is_encoded {
            let mut text = [0; 4];
            for byte in character.encode_utf8(&mut text).bytes() {
                let _ = write!(encoded, "%{byte:02x}");
            }
        } else {
            encoded.push(*character);
        }
    }
    encoded
}

/// Returns the expected result of the tree, by trying every route in turn.
fn expected(
    routes: &[(Method, Vec<Token>)],
    method: &Method,
    path: &[Sent],
) -> Result<(usize, Vec<String>), Vec<Method>> {
    let matching: Vec<_> = routes
        .iter()
        .enumerate()
        .filter_map(|(index, (method, tokens))| Some((index, method, oracle(tokens, path)?)))
        .collect();
    let first = |wanted: &Method| matching.iter().find(|(_, method, _)| *method == wanted);
    let found = match first(method) {
        None if method == Method::HEAD => first(&Method::GET),
        found => found,
    };
    if let Some((index, _, values)) = found {
        return Ok((*index, values.clone()));
    }
    let mut allow: Vec<Method> = matching
        .iter()
        .map(|(_, method, _)| (*method).clone())
        .collect();
    if allow.contains(&Method::GET) {
        allow.push(Method::HEAD);
    }
    Err(sorted(allow))
}

fn sorted(mut methods: Vec<Method>) -> Vec<Method> {
    methods.sort_by(|left, right| left.as_str().cmp(right.as_str()));
    methods.dedup();
    methods
}

proptest! {
    #[test]
    fn the_tree_responds_as_the_oracle_does(
        (routes, paths) in routes_and_paths(),
        chosen in vec(prop::bool::weighted(0.1), 12),
    ) {
        let tree = Tree::new(routes.iter().map(|(method, tokens)| route(method, tokens)).collect());
        for decoded in paths {
            let sent = sent(&decoded, &chosen);
            let path = encode(&sent);
            for method in [Method::GET, Method::POST, Method::HEAD, Method::PUT] {
                let response = match tree.find(&method, &path) {
                    Lookup::Found { route, captures } => {
                        Ok((route, captures.iter(&path).map(str::to_owned).collect()))
                    }
                    Lookup::WrongMethod { allow } => {
                        prop_assert!(!allow.is_empty());
                        let methods = sorted(allow.clone());
                        prop_assert_eq!(methods.len(), allow.len(), "a method is named twice");
                        Err(methods)
                    }
                    Lookup::Missing => Err(Vec::new()),
                    Lookup::Malformed => panic!("{path} is well-formed"),
                };
                prop_assert_eq!(response, expected(&routes, &method, &sent), "{} {}", method, path);
            }
        }
    }

    #[test]
    fn the_other_slash_is_one_that_the_oracle_matches((routes, paths) in routes_and_paths()) {
        let tree = Tree::new(routes.iter().map(|(method, tokens)| route(method, tokens)).collect());
        for path in paths {
            let stripped = path.trim_end_matches('/');
            let other = if stripped == path { format!("{path}/") } else { stripped.to_owned() };
            let matched = routes.iter().any(|(_, tokens)| matches(tokens, &other).is_some());
            let expected = (matched && path.len() > 1 && !path.starts_with("//")).then_some(other);
            for prefix in ["", "/behind/a", "/p:x"] {
                let reference = tree.other_slash(&path);
                let resolved = reference.map(|reference| resolve(&format!("{prefix}{path}"), &reference));
                prop_assert_eq!(resolved, expected.as_ref().map(|path| format!("{prefix}{path}")));
            }
        }
    }

    #[test]
    fn a_reported_route_is_never_reached((routes, paths) in routes_and_paths()) {
        let routes: Vec<_> = routes.into_iter().map(|(_, tokens)| (Method::GET, tokens)).collect();
        let table: Vec<_> = routes.iter().map(|(method, tokens)| route(method, tokens)).collect();
        for conflict in conflicts(&table) {
            let (earlier, later, duplicate) = match conflict {
                Conflict::Duplicate { earlier, later } => (earlier, later, true),
                Conflict::Shadowed { earlier, later } => (earlier, later, false),
            };
            prop_assert!(earlier < later);
            for path in &paths {
                let [by_earlier, by_later] =
                    [earlier, later].map(|index| matches(&routes[index].1, path).is_some());
                prop_assert!(by_earlier || !by_later, "{} is for the later route", path);
                prop_assert!(!duplicate || by_earlier == by_later);
            }
        }
    }

    #[test]
    fn a_route_is_reported_unless_some_path_is_its_own(earlier in tokens(), later in tokens()) {
        let [before, after] = [&earlier, &later].map(|tokens| sides_of_rest(tokens));
        let incomplete = after.is_some_and(|(left, right)| {
            before.is_some_and(|before| before.0 > left || before.1 > right)
        });
        let table = [route(&Method::GET, &earlier), route(&Method::GET, &later)];
        if conflicts(&table).is_empty() && !incomplete {
            let own = ["", "z", "/", "z/z", "//"].map(|tail| fill(&later, tail));
            prop_assert!(own.iter().any(|path| matches(&earlier, path).is_none()));
        }
    }
}

/// Resolves a reference against a path, as clients do (RFC 3986, section 5.2), for a reference whose only dot segments are
/// those it begins with.
fn resolve(base: &str, reference: &str) -> String {
    let mut folder = &base[..=base.rfind('/').expect("a slash")];
    let mut tail = reference.strip_prefix("./").unwrap_or(reference);
    while let Some(after) = tail.strip_prefix("../") {
        folder = folder.strip_suffix('/').expect("a slash");
        folder = &folder[..=folder.rfind('/').expect("a slash")];
        tail = after;
    }
    format!("{folder}{tail}")
}

/// Returns how many slashes are before and after the `:path` variable, if there is one.
fn sides_of_rest(tokens: &[Token]) -> Option<(usize, usize)> {
    let tail = tokens.iter().position(|token| *token == Token::Tail)?;
    let slashes = |side: &[Token]| {
        side.iter()
            .filter(|token| **token == Token::Character('/'))
            .count()
    };
    Some((slashes(&tokens[..tail]), slashes(&tokens[tail..])))
}

/// Returns a path of a template, with a value for its `:path` variable. Templates do not contain a `z`.
fn fill(tokens: &[Token], tail: &str) -> String {
    let value = |token: &Token| match token {
        Token::Character(character) => character.to_string(),
        Token::Variable => "z".to_owned(),
        Token::Tail => tail.to_owned(),
    };
    tokens.iter().map(value).collect()
}
