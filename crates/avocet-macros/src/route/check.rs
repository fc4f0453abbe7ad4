//! Checks between a path, a function and its settings.

use syn::{GenericArgument, PathArguments, Type};

use super::argument::{Argument, ArgumentSource, without_source};
use super::route::RouteDefinition;
use super::source::Call;
use crate::function::Function;
use crate::mistakes::Mistakes;

/// The maximum number of arguments of a handler.
const MOST_ARGUMENTS: usize = 16;
/// The maximum number of members of a body made of arguments.
const MOST_MEMBERS: usize = 8;

pub(super) fn check(route: &RouteDefinition, function: &Function, mistakes: &mut Mistakes) {
    function.check("a handler", mistakes);
    if !route.settings.outgoing {
        path(route, mistakes);
    }
    socket(route, mistakes);
    status(route, mistakes);
    let bodies = route
        .arguments
        .iter()
        .filter(|argument| argument.source == ArgumentSource::Body)
        .count();
    all_words(&route.arguments, bodies, mistakes);
    let ninth = route
        .arguments
        .iter()
        .filter(|argument| argument.source == ArgumentSource::Body)
        .nth(MOST_MEMBERS);
    if let Some(extra) = ninth {
        let sentence = format_args!(
            "at most {MOST_MEMBERS} arguments take members of the body; write a `#[model]`"
        );
        mistakes.add(&extra.ident, sentence);
    }
    body_and_form(route, mistakes);
    twice(route, mistakes);
}

/// Checks the settings of all arguments, and their number.
pub(super) fn all_words(arguments: &[Argument], bodies: usize, mistakes: &mut Mistakes) {
    for argument in arguments {
        words(argument, bodies, mistakes);
    }
    if let Some(extra) = arguments.get(MOST_ARGUMENTS) {
        let sentence = format_args!("a function has at most {MOST_ARGUMENTS} arguments");
        mistakes.add(&extra.ident, sentence);
    }
}

/// Checks that the request has one body: JSON or a form.
fn body_and_form(route: &RouteDefinition, mistakes: &mut Mistakes) {
    let find = |sources: &[ArgumentSource]| {
        let mut arguments = route.arguments.iter();
        arguments.find(|argument| sources.contains(&argument.source))
    };
    let form = find(&[ArgumentSource::Form, ArgumentSource::File]);
    for (_, setting, _) in route.settings.form_limits.iter().filter(|_| form.is_none()) {
        let sentence = format_args!(
            "`{}` is for routes that take a form with `#[form]` or `#[file]`",
            setting.name
        );
        mistakes.add(&setting.name, sentence);
    }
    if let (Some(_), Some(field)) = (find(&[ArgumentSource::Body]), form) {
        let word = field.source.word();
        let sentence = format_args!(
            "`#[{word}]` takes a form and `#[body]` takes JSON, but a request has one body"
        );
        mistakes.add(&field.ident, sentence);
    }
}

/// Checks that a `#[websocket]` takes one socket, and no body.
fn socket(route: &RouteDefinition, mistakes: &mut Mistakes) {
    if route.method != "websocket" {
        return;
    }
    let sockets: Vec<&Argument> = (route.arguments.iter())
        .filter(|argument| argument.source == ArgumentSource::Socket)
        .collect();
    match &*sockets {
        [] => mistakes.add(
            &route.path,
            "a `#[websocket]` takes the socket; add `mut socket: WebSocket<In, Out>` to the function",
        ),
        [_] => {}
        several => {
            // The message leaves out the argument that looks like a socket, if there is one.
            let socket = several.iter().position(|argument| names_a_socket(argument));
            for (index, argument) in several.iter().enumerate() {
                if index == socket.unwrap_or(0) {
                    continue;
                }
                let sentence = without_source(&argument.name, &route.method, &route.variables);
                mistakes.add(&argument.ident, sentence);
            }
        }
    }
    for argument in &route.arguments {
        if matches!(
            argument.source,
            ArgumentSource::Body | ArgumentSource::Form | ArgumentSource::File
        ) {
            mistakes.add(
                &argument.ident,
                "a WebSocket request has no body; receive the client's messages from the socket",
            );
        }
    }
}

/// Guesses which argument is a socket, only to place a message: the type itself decides.
fn names_a_socket(argument: &Argument) -> bool {
    match &argument.kind {
        syn::Type::Path(path) => {
            (path.path.segments.last()).is_some_and(|it| it.ident == "WebSocket")
        }
        _ => false,
    }
}

fn path(route: &RouteDefinition, mistakes: &mut Mistakes) {
    let path = route.path.value();
    // An empty path is the prefix of the router that contains the route; without a prefix it is an error at start-up.
    if !path.is_empty() && !path.starts_with('/') {
        mistakes.add(&route.path, "a path begins with `/`");
    }
    let mut seen: Vec<&String> = Vec::new();
    for variable in &route.variables {
        if seen.contains(&variable) {
            mistakes.add(
                &route.path,
                format_args!("the path has the variable `{variable}` twice; rename one"),
            );
        } else if let Some(rest) = variable.strip_prefix('*') {
            mistakes.add(
                &route.path,
                format_args!("write the rest of a path as `{{{rest}:path}}`, not `{{*{rest}}}`"),
            );
        } else if !taken(route, variable) && !reads_unseen(route) {
            mistakes.add(
                &route.path,
                format_args!("no argument takes the path variable `{variable}`; add `{variable}: String` to the function"),
            );
        }
        seen.push(variable);
    }
}

fn taken(route: &RouteDefinition, variable: &str) -> bool {
    let mut paths = route
        .arguments
        .iter()
        .filter(|argument| argument.source == ArgumentSource::Path);
    paths.any(|argument| argument.name == variable)
}

/// Returns whether the route has a dependency or an extractor of its own, which can take a variable. `App::build` knows.
fn reads_unseen(route: &RouteDefinition) -> bool {
    let unseen = [ArgumentSource::Depends, ArgumentSource::Extract];
    let mut arguments = route.arguments.iter();
    !route.settings.requirements.is_empty()
        || arguments.any(|argument| unseen.contains(&argument.source))
}

fn status(route: &RouteDefinition, mistakes: &mut Mistakes) {
    if let Some(status) = &route.settings.status
        && !matches!(status.base10_parse::<u16>(), Ok(200..=399))
    {
        mistakes.add(
            status,
            "the status of a response must be from 200 to 399; errors set theirs with `#[errors]` or `HttpError`",
        );
    }
    if let Some(status) = &route.settings.status
        && let Some(kind) = route.response.as_ref().and_then(kind_with_body)
        && matches!(status.base10_parse::<u16>(), Ok(204 | 205 | 304))
    {
        mistakes.add(
            status,
            format_args!(
                "a response with the status {status} has no body, but the function returns `{kind}`; return `()`, or set another status"
            ),
        );
    }
}

/// Types that always have a body, as far as the name shows. For all others, building the application fails.
const WITH_BODY: [&str; 30] = [
    "bool",
    "char",
    "String",
    "str",
    "f32",
    "f64",
    "i8",
    "i16",
    "i32",
    "i64",
    "i128",
    "isize",
    "u8",
    "u16",
    "u32",
    "u64",
    "u128",
    "usize",
    "Vec",
    "Option",
    "BTreeMap",
    "HashMap",
    "BTreeSet",
    "HashSet",
    "Value",
    "Html",
    "PlainText",
    "Sse",
    "JsonLines",
    "ByteStream",
];

/// Returns the name of the type that makes a body, if a response, or the success type of a `Result`, has one of these names.
fn kind_with_body(response: &Type) -> Option<String> {
    match response {
        Type::Group(group) => kind_with_body(&group.elem),
        Type::Paren(inner) => kind_with_body(&inner.elem),
        Type::Reference(reference) => kind_with_body(&reference.elem),
        Type::Tuple(tuple) if tuple.elems.len() > 1 => Some("(…)".to_owned()),
        Type::Path(path) => {
            let last = path.path.segments.last()?;
            if last.ident == "Result" || last.ident == "Reply" {
                let PathArguments::AngleBracketed(arguments) = &last.arguments else {
                    return None;
                };
                return match arguments.args.first()? {
                    GenericArgument::Type(inner) => kind_with_body(inner),
                    _ => None,
                };
            }
            let name = last.ident.to_string();
            WITH_BODY.contains(&name.as_str()).then_some(name)
        }
        _ => None,
    }
}

/// Checks that a source supports the settings on its argument.
fn words(argument: &Argument, bodies: usize, mistakes: &mut Mistakes) {
    let (vocabulary, row) = (&argument.vocabulary, argument.source.row());
    if argument.is_raw_body() {
        raw_body(argument, bodies, mistakes);
    }
    if argument.source == ArgumentSource::Body && (bodies > 1 || vocabulary.embed.is_some()) {
        let words = ["default", "rename", "embed"];
        return vocabulary.only(&words, "a member of the body", mistakes);
    }
    if argument.source == ArgumentSource::Form && vocabulary.json.is_some() {
        return vocabulary.only(&["json", "rename"], "a part of JSON", mistakes);
    }
    vocabulary.only(row.words, row.what, mistakes);
    if matches!(
        row.call,
        Call::OfType(_) | Call::Inferred(_) | Call::OfTrait(_) | Call::State
    ) && !vocabulary.rules.is_empty()
    {
        mistakes.add(
            &argument.ident,
            format_args!("rules are not for {}", row.what),
        );
    }
}

/// Checks that a body which is not read as JSON is the only one and has no rules.
fn raw_body(argument: &Argument, bodies: usize, mistakes: &mut Mistakes) {
    if bodies > 1 || argument.vocabulary.embed.is_some() {
        mistakes.add(
            &argument.kind,
            "a body that is not read as JSON is the whole body; remove `embed` and the other `#[body]` arguments",
        );
    }
    if !argument.vocabulary.rules.is_empty() {
        mistakes.add(
            &argument.ident,
            "rules are not for a body that is not read as JSON",
        );
    }
}

fn twice(route: &RouteDefinition, mistakes: &mut Mistakes) {
    for (index, argument) in route.arguments.iter().enumerate() {
        let named = !matches!(
            argument.source,
            ArgumentSource::Socket
                | ArgumentSource::State
                | ArgumentSource::Extract
                | ArgumentSource::Request
        );
        let before = &route.arguments[..index];
        let same = |other: &Argument| {
            place(other.source) == place(argument.source)
                && match argument.source {
                    ArgumentSource::Header => other.name.eq_ignore_ascii_case(&argument.name),
                    _ => other.name == argument.name,
                }
        };
        if named && before.iter().any(same) {
            let (word, name) = (place(argument.source).word(), &argument.name);
            mistakes.add(
                &argument.ident,
                format_args!("two arguments take the {word} value `{name}`; remove or rename one"),
            );
        }
    }
}

/// Maps a source to the group in which names must be distinct.
fn place(source: ArgumentSource) -> ArgumentSource {
    match source {
        ArgumentSource::File => ArgumentSource::Form,
        other => other,
    }
}
