//! The arguments of a handler and where they come from.

use proc_macro2::Ident;
use syn::ext::IdentExt;
use syn::{Attribute, Expr, LitStr, Meta, MetaList, Pat, PatType, Type};

use super::depends::DependsOn;
pub(super) use super::source::ArgumentSource;
use crate::docs::Doc;
use crate::mistakes::Mistakes;
use crate::settings;
use crate::vocabulary::Vocabulary;

/// An argument.
pub(super) struct Argument {
    pub(super) ident: Ident,
    pub(super) kind: Type,
    pub(super) source: ArgumentSource,
    /// The name on the wire.
    pub(super) name: String,
    pub(super) description: Doc,
    pub(super) vocabulary: Vocabulary,
    /// The name in `#[state("…")]`.
    pub(super) state_name: Option<LitStr>,
    /// The dependency in `#[depends(…)]`.
    pub(super) depends_on: Option<DependsOn>,
    /// The extractor in `#[extract(…)]`.
    pub(super) extractor: Option<Expr>,
}

/// Parses an argument and removes its attributes, except those that the compiler knows.
pub(super) fn parse(
    typed: &mut PatType,
    method: &Ident,
    variables: Option<&[String]>,
    mistakes: &mut Mistakes,
) -> Option<Argument> {
    let (ours, others): (Vec<_>, Vec<_>) = std::mem::take(&mut typed.attrs)
        .into_iter()
        .partition(is_ours);
    typed.attrs = others;
    let ident = ident(&typed.pat, mistakes)?;
    let own_name = wire_name(&ident);
    let source = source(&ours, &ident, &own_name, method, variables, mistakes)?;
    let (mut vocabulary, mut state_name) = (Vocabulary::default(), None);
    let (mut depends_on, mut extractor) = (None, None);
    for attribute in ours
        .iter()
        .filter(|attribute| !attribute.path().is_ident("doc"))
    {
        match &attribute.meta {
            Meta::List(list) if source == ArgumentSource::State => {
                state_name = name_of_state(list, mistakes);
            }
            Meta::List(list) if source == ArgumentSource::Extract => {
                extractor = mistakes.good(list.parse_args());
                if let Some(Expr::Assign(rule)) = &extractor {
                    mistakes.add(rule, "rules are not for `#[extract]`");
                }
            }
            meta if source == ArgumentSource::Depends => {
                depends_on = dependency_of(meta, mistakes);
            }
            _ => vocabulary.read(settings::of_attribute(attribute, mistakes), mistakes),
        }
    }
    vocabulary.check(mistakes);
    let name = match (&vocabulary.rename, source) {
        (Some((_, name)), _) => name.value(),
        (None, ArgumentSource::Header) => own_name.replace('_', "-"),
        (None, _) => own_name,
    };
    let description = Doc::of(&ours);
    Some(Argument {
        ident,
        kind: (*typed.ty).clone(),
        source,
        name,
        description,
        vocabulary,
        state_name,
        depends_on,
        extractor,
    })
}

/// Parses the dependency in `#[depends(…)]`.
fn dependency_of(attribute: &Meta, mistakes: &mut Mistakes) -> Option<DependsOn> {
    match attribute {
        Meta::List(list) => mistakes.good(list.parse_args()),
        Meta::Path(_) | Meta::NameValue(_) => {
            mistakes.add(
                attribute,
                "write the name of a function with `#[dependency]`: `#[depends(current_user)]`",
            );
            None
        }
    }
}

/// Parses the name in `#[state("…")]`.
fn name_of_state(attribute: &MetaList, mistakes: &mut Mistakes) -> Option<LitStr> {
    let name = attribute.parse_args().ok();
    let name = name.filter(|name: &LitStr| !name.value().is_empty());
    if name.is_none() {
        mistakes.add(
            attribute,
            "write the name of the state in quotes: `#[state(\"replica\")]`; there are no other settings",
        );
    }
    name
}

fn is_ours(attribute: &Attribute) -> bool {
    let is = |name: &str| attribute.path().is_ident(name);
    is("doc") || ArgumentSource::named(attribute).is_some()
}

fn ident(pattern: &Pat, mistakes: &mut Mistakes) -> Option<Ident> {
    match pattern {
        Pat::Ident(named) if named.subpat.is_none() && named.by_ref.is_none() => {
            Some(named.ident.clone())
        }
        Pat::Wild(_) => {
            mistakes.add(
                pattern,
                "give the argument the name of the parameter; write `_name` for an unused argument",
            );
            None
        }
        _ => {
            mistakes.add(
                pattern,
                "give the argument a plain name, and destructure it in the body of the function",
            );
            None
        }
    }
}

fn source(
    attributes: &[Attribute],
    ident: &Ident,
    name: &str,
    method: &Ident,
    variables: Option<&[String]>,
    mistakes: &mut Mistakes,
) -> Option<ArgumentSource> {
    let mut found = None;
    for attribute in attributes
        .iter()
        .filter(|attribute| !attribute.path().is_ident("doc"))
    {
        let source = ArgumentSource::named(attribute)?;
        if found.replace(source).is_some() {
            mistakes.add(
                attribute,
                "an argument has one source; remove one of the attributes",
            );
        }
    }
    if found.is_some() {
        return found;
    }
    let variables = variables?;
    if variables.iter().any(|variable| variable == name) {
        return Some(ArgumentSource::Path);
    }
    // An argument without an attribute is the socket; the checks ensure that there is exactly one.
    if method == "websocket" {
        return Some(ArgumentSource::Socket);
    }
    mistakes.add(ident, without_source(name, method, variables));
    None
}

/// The names of the types that hold a body which is not read as JSON.
const RAW: [&str; 2] = ["Bytes", "BodyStream"];

impl Argument {
    /// Returns whether it takes a body that is not read as JSON: by its media types, or by the name of its type.
    pub(super) fn is_raw_body(&self) -> bool {
        let has_name = match &self.kind {
            syn::Type::Path(kind) => (kind.path.segments.last())
                .is_some_and(|last| RAW.iter().any(|name| last.ident == name)),
            _ => false,
        };
        self.source == ArgumentSource::Body && (has_name || !self.vocabulary.media_types.is_empty())
    }
}

pub(super) fn without_source(name: &str, method: &Ident, variables: &[String]) -> String {
    if method == "dependency" {
        return format!(
            "the argument `{name}` has no source\n\
             write a source before it, such as `#[query]`, `#[header]` or `#[bearer]`, or `#[path]` for a variable of the path"
        );
    }
    let examples = if method == "websocket" {
        "`#[query]`, `#[header]`, `#[state]` or `#[extract]`"
    } else {
        "`#[query]`, `#[header]`, `#[body]`, `#[state]` or `#[extract]`"
    };
    let page = if method == "websocket" {
        "get".to_owned()
    } else {
        method.to_string()
    };
    let of_path = match variables {
        [] => format!("the path of this `#[{method}]` has no variables"),
        [one] => format!("the only variable of this path is `{one}`"),
        several => {
            let names: Vec<String> = several.iter().map(|name| format!("`{name}`")).collect();
            format!("the variables of this path are {}", names.join(", "))
        }
    };
    format!(
        "the argument `{name}` has no source: {of_path}\n\
         write a source before it, such as {examples}, or `#[path]` for a variable of a router's prefix; \
         the documentation of `#[{page}]` lists all sources"
    )
}

/// Returns the wire name of an argument: without `r#`, and without the underscore that marks it as unused.
fn wire_name(ident: &Ident) -> String {
    let name = ident.unraw().to_string();
    let used = name.trim_start_matches('_');
    if used.is_empty() {
        name.clone()
    } else {
        used.to_owned()
    }
}
