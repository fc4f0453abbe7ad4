//! The parsed form of a route attribute, and its parser.

use proc_macro2::{Ident, TokenStream};
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Expr, FnArg, Lit, LitInt, LitStr, Path, ReturnType, Token, Type};

use super::argument::{self, Argument};
use super::depends::DependsOn;
use super::template;
use crate::docs::Doc;
use crate::function::Function;
use crate::mistakes::Mistakes;
use crate::settings::{self, Setting, Value};

/// A route.
pub(super) struct RouteDefinition {
    /// The constructor function of `Operation`: `get`, `post` and so on.
    pub(super) method: Ident,
    pub(super) path: LitStr,
    /// The variables in the path's literal.
    pub(super) variables: Vec<String>,
    pub(super) settings: OfRoute,
    /// The doc comment.
    pub(super) description: Doc,
    /// In the user's order.
    pub(super) arguments: Vec<Argument>,
    /// The return type of the function, if it can be named.
    pub(super) response: Option<Type>,
}

/// The settings after the path.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a word by itself")]
pub(super) struct OfRoute {
    pub(super) status: Option<LitInt>,
    pub(super) tags: Vec<LitStr>,
    pub(super) id: Option<LitStr>,
    pub(super) summary: Option<LitStr>,
    pub(super) deprecated: bool,
    pub(super) hidden: bool,
    pub(super) detach: bool,
    pub(super) public: bool,
    /// The application sends the request: its path is the name of a webhook or the URL of a callback.
    pub(super) outgoing: bool,
    /// The descriptions of responses, each with its status.
    pub(super) responses: Vec<(LitStr, LitStr)>,
    pub(super) body_limit: Option<LitInt>,
    /// The limits on the form, each by the method of `FormLimits` that sets it.
    pub(super) form_limits: Vec<(&'static str, Setting, LitInt)>,
    pub(super) subprotocols: Vec<LitStr>,
    pub(super) origins: Vec<LitStr>,
    pub(super) message_limit: Option<LitInt>,
    /// Values for plugins.
    pub(super) extensions: Vec<Expr>,
    /// Layers, the innermost one first.
    pub(super) layers: Vec<Expr>,
    pub(super) external_docs: Option<LitStr>,
    /// Functions that describe the requests that the application sends.
    pub(super) callbacks: Vec<Path>,
    /// Dependencies that run for their effect.
    pub(super) requirements: Vec<DependsOn>,
}

/// The limits on a form, as settings and as methods of `FormLimits`.
const FORM_LIMITS: [(&str, &str); 4] = [
    ("form_fields", "fields"),
    ("form_files", "files"),
    ("form_text_bytes", "text_bytes"),
    ("form_file_bytes", "file_bytes"),
];

/// The settings of `#[get]` and the other methods.
const OF_ROUTES: &str = "`status = 201`, `tag = \"…\"`, `id = \"…\"`, `summary = \"…\"`, `deprecated`, `hidden`, `public`, `requires(admin)`, `callbacks(notice_sent)`, `outgoing`, `external_docs = \"…\"`, `detach`, `response(402, \"…\")`, `extend = value`, `layer = value`, `crate = path`, \
                     `body_limit = 65536`, and for forms `form_fields`, `form_files`, `form_text_bytes` and `form_file_bytes`";

/// The settings of `#[websocket]`.
const OF_WEBSOCKETS: &str = "`tag = \"…\"`, `id = \"…\"`, `summary = \"…\"`, `deprecated`, `hidden`, `public`, `requires(admin)`, `external_docs = \"…\"`, `response(402, \"…\")`, `extend = value`, `layer = value`, `crate = path`, `subprotocol = \"…\"`, \
     `origin = \"https://…\"` and `message_limit = 65536`";

impl OfRoute {
    fn read(method: &Ident, settings: Vec<Setting>, mistakes: &mut Mistakes) -> Self {
        let mut read = Self::default();
        let is_websocket = method == "websocket";
        for setting in settings {
            if let Some((_, word)) = FORM_LIMITS.iter().find(|(name, _)| setting.is(name)) {
                let most = setting.integer(mistakes);
                read.form_limits
                    .extend(most.map(|most| (*word, setting, most)));
                continue;
            }
            match setting.name.to_string().as_str() {
                "subprotocol" if is_websocket => read.subprotocols.extend(setting.text(mistakes)),
                "origin" if is_websocket => read.origins.extend(setting.text(mistakes)),
                "message_limit" if is_websocket => read.message_limit = setting.integer(mistakes),
                "status" | "body_limit" if is_websocket => setting.unknown(OF_WEBSOCKETS, mistakes),
                "status" => read.status = setting.integer(mistakes),
                "tag" => read.tags.extend(setting.text(mistakes)),
                "id" => read.id = setting.text(mistakes),
                "external_docs" => read.external_docs = setting.text(mistakes),
                "callbacks" if !is_websocket => {
                    read.callbacks.extend(callbacks_of(&setting, mistakes));
                }
                "summary" => read.summary = setting.text(mistakes),
                "extend" => (read.extensions).extend(setting.expression("value", mistakes)),
                "layer" => read.layers.extend(setting.expression("value", mistakes)),
                "body_limit" => read.body_limit = setting.integer(mistakes),
                "deprecated" => {
                    setting.alone(mistakes);
                    read.deprecated = true;
                }
                "hidden" => {
                    setting.alone(mistakes);
                    read.hidden = true;
                }
                "public" => {
                    setting.alone(mistakes);
                    read.public = true;
                }
                "outgoing" if !is_websocket => {
                    setting.alone(mistakes);
                    read.outgoing = true;
                }
                "requires" => read.requirements.extend(requirement_of(&setting, mistakes)),
                "response" => read.responses.extend(response_of(&setting, mistakes)),
                _ if is_websocket => setting.unknown(OF_WEBSOCKETS, mistakes),
                "detach" => {
                    setting.alone(mistakes);
                    read.detach = true;
                }
                _ => setting.unknown(OF_ROUTES, mistakes),
            }
        }
        read
    }
}

/// Returns the dependency of `requires(admin)`.
fn requirement_of(setting: &Setting, mistakes: &mut Mistakes) -> Option<DependsOn> {
    let parsed: Option<DependsOn> = match &setting.value {
        Value::List(tokens) => mistakes.good(syn::parse2(tokens.clone())),
        Value::None | Value::Is(_) => {
            mistakes.add(
                setting,
                "write the name of a function with `#[dependency]`: `requires(admin)`",
            );
            None
        }
    };
    if let Some(fresh) = parsed.as_ref().and_then(DependsOn::fresh) {
        mistakes.add(
            fresh,
            "`fresh` is for arguments; a requirement has no value",
        );
    }
    parsed
}

/// Returns the functions of `callbacks(notice_sent)`.
fn callbacks_of(setting: &Setting, mistakes: &mut Mistakes) -> Vec<Path> {
    let paths = Punctuated::<Path, Token![,]>::parse_terminated;
    let parsed = match &setting.value {
        Value::List(tokens) => paths.parse2(tokens.clone()).ok(),
        Value::None | Value::Is(_) => None,
    };
    if parsed.is_none() {
        mistakes.add(
            setting,
            "write the names of functions with a route attribute: `callbacks(notice_sent)`",
        );
    }
    parsed.into_iter().flatten().collect()
}

/// Returns the status and the description of `response(402, "…")`.
pub(super) fn response_of(setting: &Setting, mistakes: &mut Mistakes) -> Option<(LitStr, LitStr)> {
    let status_and_text = |input: ParseStream<'_>| {
        let status = match input.parse()? {
            Lit::Int(code) => LitStr::new(code.base10_digits(), code.span()),
            Lit::Str(range) => range,
            other => return Err(syn::Error::new(other.span(), "not a status")),
        };
        input.parse::<Token![,]>()?;
        let description: LitStr = input.parse()?;
        Ok((status, description))
    };
    let parsed = match &setting.value {
        Value::List(tokens) => status_and_text.parse2(tokens.clone()).ok(),
        Value::None | Value::Is(_) => None,
    };
    if parsed.is_none() {
        mistakes.add(
            setting,
            "write `response(402, \"…\")`, or a range: `response(\"5XX\", \"…\")`",
        );
    }
    parsed
}

/// Parses the attribute: the path, and the settings after it.
pub(super) fn settings(
    method: &Ident,
    tokens: TokenStream,
    mistakes: &mut Mistakes,
) -> (Option<LitStr>, Vec<Setting>) {
    let path_and_rest = |input: ParseStream<'_>| {
        if !input.peek(LitStr) {
            return Err(input.error(format_args!(
                "write the path first: `#[{method}(\"/items\")]`"
            )));
        }
        let path: LitStr = input.parse()?;
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
        Ok((path, input.parse::<TokenStream>()?))
    };
    match mistakes.good(path_and_rest.parse2(tokens)) {
        Some((path, rest)) => (Some(path), settings::of_tokens(rest, mistakes)),
        None => (None, Vec::new()),
    }
}

/// Parses the settings and the function, and removes the attributes of its arguments.
pub(super) fn parse(
    method: &Ident,
    path: Option<LitStr>,
    settings: Vec<Setting>,
    function: &mut Function,
    mistakes: &mut Mistakes,
) -> Option<RouteDefinition> {
    let variables = path.as_ref().map(|path| template::variables(&path.value()));
    let inputs = function.signature.inputs.iter_mut();
    let arguments: Vec<Argument> = inputs
        .filter_map(|input| match input {
            FnArg::Typed(typed) => argument::parse(typed, method, variables.as_deref(), mistakes),
            FnArg::Receiver(_) => None,
        })
        .collect();
    let path = path?;
    let settings = OfRoute::read(method, settings, mistakes);
    Some(RouteDefinition {
        method: method.clone(),
        variables: variables.unwrap_or_default(),
        path,
        settings,
        description: Doc::of(&function.attributes),
        arguments,
        response: response(&function.signature.output),
    })
}

/// Returns the type after `->`, unless it is an `impl` type.
pub(super) fn response(output: &ReturnType) -> Option<Type> {
    match output {
        ReturnType::Default => Some(syn::parse_quote!(())),
        ReturnType::Type(_, kind) if says_impl(quote::ToTokens::to_token_stream(kind)) => None,
        ReturnType::Type(_, kind) => Some((**kind).clone()),
    }
}

fn says_impl(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        proc_macro2::TokenTree::Ident(ident) => ident == "impl",
        proc_macro2::TokenTree::Group(group) => says_impl(group.stream()),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::{OF_ROUTES, OF_WEBSOCKETS};
    use crate::docs::assert_documented;

    #[test]
    fn every_setting_is_documented() {
        assert_documented("route.md", OF_ROUTES);
        assert_documented("websocket.md", OF_WEBSOCKETS);
    }
}
