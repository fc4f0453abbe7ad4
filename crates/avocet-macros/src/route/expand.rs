//! Expansion: the unchanged function, and a type of the same name that converts into the route.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{FnArg, LitStr};

use super::argument::{Argument, ArgumentSource};
use super::route::RouteDefinition;
use super::source::Call;
use crate::calls::{self, Bound};
use crate::crate_path::CratePath;
use crate::function::Function;
use crate::tables::Tables;

const RESPONDER: Bound = Bound::new("response::Responder", "describe");
const DEFAULT_VALUE: Bound = Bound::of("bounds::DefaultValue");
const RAW_BODY: Bound = Bound::new("extract::FromRawBody", "from_raw_body");
const ROUTE_LAYER: Bound = Bound::new("bounds::RouteLayer", "layer");
const ENDING: Bound = Bound::new("websocket::Ending", "describe");

pub(super) fn expand(
    route: &RouteDefinition,
    function: &Function,
    avocet: &CratePath,
) -> TokenStream {
    let mut tables = Tables::default();
    let arguments = in_order(&route.arguments);
    let (sources, patterns) = sources(&arguments, &mut tables);
    let operation = operation(route, function);
    let response = route
        .response
        .as_ref()
        .map_or_else(|| quote!(_), ToTokens::to_token_stream);
    let ident = function.ident();
    let values = (0..route.arguments.len()).map(|index| format_ident!("__argument_{index}"));
    let handle = if route.method == "websocket" {
        quote!(handle_websocket)
    } else {
        quote!(handle)
    };
    let layers = route.settings.layers.iter().map(|layer| {
        let layer = calls::of_value(ROUTE_LAYER, layer);
        quote!(.layer(#layer))
    });
    let requirements = route.settings.requirements.iter().map(|requirement| {
        let requirement = requirement.requirement();
        quote!(.requires(#requirement))
    });
    let assertions = assertions(route, &arguments);
    let body = quote! {
        #assertions
        #operation.#handle::<_, _, _, #response>((#(#sources,)*), |(#(#patterns,)*)| #ident(#(#values),*)) #(#requirements)* #(#layers)*
    };
    let import = avocet.import();
    let implementation = implementation(function, &body);
    let conditions = function.conditions();
    let marker = marker(function);
    quote! {
        #function
        #marker
        #(#conditions)*
        const _: () = {
            #import
            #tables
            #implementation
        };
    }
}

/// Returns the function, and a route that is never built.
pub(super) fn stub(function: &Function, avocet: &CratePath) -> TokenStream {
    let mut inputs = function.signature.inputs.iter();
    if inputs.any(|input| matches!(input, FnArg::Receiver(_))) {
        // A type cannot be declared among methods.
        return function.to_token_stream();
    }
    let implementation = implementation(function, &quote!(__avocet::__private::never_runs()));
    let import = avocet.import();
    let conditions = function.conditions();
    let marker = marker(function);
    quote! {
        #[allow(unused_variables, unused_mut, dead_code, reason = "its attribute has mistakes, which are reported")]
        #function
        #marker
        #(#conditions)*
        const _: () = {
            #import
            #implementation
        };
    }
}

pub(super) fn marker(function: &Function) -> TokenStream {
    let (visibility, ident) = (&function.visibility, function.ident());
    let conditions = function.conditions();
    quote! {
        #(#conditions)*
        #[doc(hidden)]
        #[allow(
            non_camel_case_types,
            missing_debug_implementations,
            clippy::empty_structs_with_brackets,
            reason = "the function's name in the type namespace, for `routes!`; with braces it is not a value"
        )]
        #visibility struct #ident {}
    }
}

fn implementation(function: &Function, body: &TokenStream) -> TokenStream {
    let ident = function.ident();
    quote! {
        #[automatically_derived]
        impl __avocet::route::IntoRoute for #ident {
            fn into_route(self) -> __avocet::route::Route {
                                #body
            }
        }

        #[automatically_derived]
        impl __avocet::bounds::Declared for #ident {
            fn route() -> __avocet::route::Route {
                __avocet::route::IntoRoute::into_route(#ident {})
            }
        }
    }
}

pub(super) fn text(text: &str) -> LitStr {
    LitStr::new(text, proc_macro2::Span::call_site())
}

/// Returns the operation without its arguments and its handler.
fn operation(route: &RouteDefinition, function: &Function) -> TokenStream {
    let (method, path, settings) = (&route.method, &route.path, &route.settings);
    let name = text(&function.name());
    let id = settings.id.as_ref().unwrap_or(&name);
    let mut printed = quote!(__avocet::operation::Operation::#method(#path).id(#id));
    let description = &route.description;
    match &settings.summary {
        Some(summary) if description.is_empty() => printed.extend(quote!(.summary(#summary))),
        Some(summary) => printed.extend(quote!(.summary(#summary).description(#description))),
        None if description.is_empty() => {}
        None => printed.extend(quote!(.doc_comment(#description))),
    }
    let tags = &settings.tags;
    printed.extend(quote!(#(.tag(#tags))*));
    if let Some(status) = &settings.status {
        printed.extend(quote!(.status(__avocet::__private::status(#status))));
    }
    if let Some(limit) = &settings.body_limit {
        printed.extend(quote!(.body_limit(#limit)));
    }
    if !settings.form_limits.is_empty() {
        let limits = settings.form_limits.iter().map(|(word, setting, most)| {
            let word = Ident::new(word, setting.name.span());
            quote!(.#word(#most))
        });
        printed
            .extend(quote!(.form_limits(__avocet::operation::FormLimits::default() #(#limits)*)));
    }
    let subprotocols = &settings.subprotocols;
    printed.extend(quote!(#(.subprotocol(#subprotocols))*));
    if let Some(limit) = &settings.message_limit {
        printed.extend(quote!(.message_limit(#limit)));
    }
    let origins = &settings.origins;
    if origins.iter().any(|origin| origin.value() == "*") {
        printed.extend(quote!(.origins(__avocet::operation::Origins::any())));
    } else if !origins.is_empty() {
        printed.extend(
            quote!(.origins(__avocet::operation::Origins::same_host()#(.allow(#origins))*)),
        );
    }
    if settings.deprecated {
        printed.extend(quote!(.deprecated()));
    }
    if settings.detach {
        printed.extend(quote!(.detach()));
    }
    if settings.hidden {
        printed.extend(quote!(.hidden()));
    }
    if let Some(url) = &settings.external_docs {
        printed.extend(quote!(.external_docs(__avocet::operation::ExternalDocs::new(#url))));
    }
    for callback in &settings.callbacks {
        let callback = quote_spanned!(callback.span()=> <#callback as __avocet::bounds::Declared>);
        printed.extend(quote!(.callback(#callback::route())));
    }
    for value in &settings.extensions {
        let method = Ident::new("extend", value.span());
        printed.extend(quote_spanned!(value.span()=> .#method(#value)));
    }
    if settings.public {
        printed.extend(quote!(.public()));
    }
    for (status, description) in &settings.responses {
        printed.extend(quote!(.describe_response(#status, #description)));
    }
    let line = quote_spanned!(function.ident().span()=> ::std::line!());
    printed.extend(quote! {
        .declared(__avocet::operation::Declaration { function: #name, file: ::std::file!(), line: #line })
    });
    printed
}

/// Returns statements that make a wrong type of an argument or of the response a single error, at the type.
fn assertions(route: &RouteDefinition, arguments: &[(usize, &Argument)]) -> TokenStream {
    let response = match &route.response {
        Some(kind) if route.method == "websocket" => calls::assertion(ENDING, kind),
        Some(kind) => calls::assertion(RESPONDER, kind),
        None => TokenStream::new(),
    };
    let requirements = route.settings.requirements.iter();
    let requirements = requirements.map(|requirement| requirement.assertions(None));
    [of_arguments(arguments)]
        .into_iter()
        .chain(requirements)
        .chain([response])
        .collect()
}

/// Returns the same statements for the arguments alone.
pub(super) fn of_arguments(arguments: &[(usize, &Argument)]) -> TokenStream {
    let of_arguments = arguments.iter().map(|(_, argument)| {
        let bound = if argument.is_raw_body() {
            Some(RAW_BODY)
        } else {
            argument.source.row().bound
        };
        let of_kind = bound.map(|bound| calls::assertion(bound, &argument.kind));
        let is_shown =
            argument.vocabulary.default.is_some() && argument.source != ArgumentSource::File;
        let of_default = is_shown.then(|| calls::assertion(DEFAULT_VALUE, &argument.kind));
        let depends_on = argument.depends_on.as_ref();
        let of_dependency = depends_on.map(|it| it.assertions(Some(&argument.kind)));
        quote!(#of_kind #of_default #of_dependency)
    });
    of_arguments.collect()
}

/// Returns the arguments in the order of extraction, each with its index in the user's list.
pub(super) fn in_order(arguments: &[Argument]) -> Vec<(usize, &Argument)> {
    let mut ordered: Vec<(usize, &Argument)> = arguments.iter().enumerate().collect();
    ordered.sort_by_key(|(_, argument)| argument.source.order());
    ordered
}

/// Returns the sources and the patterns that bind their values; several bodies are one source.
pub(super) fn sources(
    arguments: &[(usize, &Argument)],
    tables: &mut Tables,
) -> (Vec<TokenStream>, Vec<TokenStream>) {
    let value = |index: &usize| format_ident!("__argument_{index}").into_token_stream();
    let (bodies, others): (Vec<_>, Vec<_>) = arguments
        .iter()
        .partition(|(_, it)| it.source == ArgumentSource::Body);
    let mut sources: Vec<_> = others
        .iter()
        .map(|(_, argument)| source(argument, tables))
        .collect();
    let mut patterns: Vec<_> = others.iter().map(|(index, _)| value(index)).collect();
    match &*bodies {
        [] => {}
        [(index, body)] if body.is_raw_body() => {
            let named = named(body, tables);
            let media_types = body.vocabulary.media_types.iter().map(|(_, text)| text);
            let arguments = quote!(#named, &[#(#media_types),*]);
            sources.push(calls::bound("raw_body", &body.kind, arguments));
            patterns.push(value(index));
        }
        [(index, body)] if body.vocabulary.embed.is_none() => {
            sources.push(calls::bound("body", &body.kind, named(body, tables)));
            patterns.push(value(index));
        }
        several => {
            let members = several
                .iter()
                .map(|(_, body)| with_default("member", "member_or", body, tables));
            sources.push(quote!(__avocet::extract::BodyMembers((#(#members,)*))));
            let values = several.iter().map(|(index, _)| value(index));
            patterns.push(quote!((#(#values,)*)));
        }
    }
    (sources, patterns)
}

fn source(argument: &Argument, tables: &mut Tables) -> TokenStream {
    let kind = &argument.kind;
    let printed = match argument.source.row().call {
        Call::OfType(function) => calls::bound(function, kind, TokenStream::new()),
        Call::OfTrait(bound) => calls::of_trait(bound, kind, TokenStream::new()),
        Call::State => match &argument.state_name {
            Some(name) => calls::bound("named_state", kind, name.to_token_stream()),
            None => calls::bound("state", kind, TokenStream::new()),
        },
        Call::Inferred(function) => match &argument.extractor {
            Some(extractor) => {
                calls::bound_and_inferred("extract_with", kind, extractor.to_token_stream())
            }
            None => calls::bound_and_inferred(function, kind, TokenStream::new()),
        },
        Call::Depends => argument
            .depends_on
            .as_ref()
            .map_or_else(TokenStream::new, |depends| depends.extractor(kind)),
        Call::Named(function) => calls::bound(function, kind, named(argument, tables)),
        Call::OrDefault(..) if argument.vocabulary.json.is_some() => {
            calls::bound("json_part", kind, named(argument, tables))
        }
        Call::OrDefault(function, or) => with_default(function, or, argument, tables),
    };
    let steps = argument.vocabulary.steps.iter().map(|(_, step)| {
        let span = step.function().span();
        let (word, around) = if step.is_map() {
            ("map", "changed")
        } else {
            ("check", "checked")
        };
        let (word, around) = (Ident::new(word, span), Ident::new(around, span));
        let function = step.as_argument(&quote!(#kind), |function| {
            quote_spanned!(span=> |__value| __avocet::__private::#around(#function, __value))
        });
        quote_spanned!(span=> .#word(#function))
    });
    let examples = argument
        .vocabulary
        .examples
        .iter()
        .map(|(_, example)| quote!(.example(#example)));
    quote!(#printed #(#steps)* #(#examples)*)
}

/// Returns a call of the function `plain`, or of `or` if there is a default.
fn with_default(plain: &str, or: &str, argument: &Argument, tables: &mut Tables) -> TokenStream {
    let named = named(argument, tables);
    match &argument.vocabulary.default {
        Some((_, default)) => {
            let value = default.value();
            calls::bound(or, &argument.kind, quote!(#named, || #value))
        }
        None => calls::bound(plain, &argument.kind, named),
    }
}

/// Returns the attribute's settings, with assertions that the type supports its rules.
fn named(argument: &Argument, tables: &mut Tables) -> TokenStream {
    let vocabulary = &argument.vocabulary;
    let name = text(&argument.name);
    let mut settings = Vec::new();
    if !vocabulary.rules.is_empty() {
        let rules = tables.rules(&vocabulary.rules);
        settings.push(quote!(rules: #rules));
    }
    if !vocabulary.aliases.is_empty() {
        let aliases = vocabulary.aliases.iter().map(|(_, alias)| alias);
        settings.push(quote!(aliases: &[#(#aliases),*]));
    }
    if !argument.description.is_empty() {
        let description = &argument.description;
        settings.push(quote!(description: #description));
    }
    if vocabulary.deprecated.is_some() {
        settings.push(quote!(deprecated: true));
    }
    if vocabulary.hidden.is_some() {
        settings.push(quote!(hidden: true));
    }
    if vocabulary.empty_is_absent.is_some() {
        settings.push(quote!(empty_is_absent: true));
    }
    if settings.is_empty() {
        return quote!(__avocet::__private::Named::new(#name));
    }
    let assertions = vocabulary.rules.assertions(&argument.kind);
    quote!({
        #assertions
        __avocet::__private::Named { #(#settings,)* ..__avocet::__private::Named::new(#name) }
    })
}
