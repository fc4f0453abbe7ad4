//! `#[dependency]`: a function whose value handlers depend on.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{FnArg, LitStr, Type};

use super::argument::{self, Argument, ArgumentSource};
use super::route::{response, response_of};
use super::{check, expand};
use crate::crate_path::CratePath;
use crate::function::Function;
use crate::mistakes::{Mistakes, collecting};
use crate::settings::{self, Setting};
use crate::tables::Tables;

/// Runs parse → model → check → expand.
pub(crate) fn run(settings: TokenStream, item: TokenStream) -> TokenStream {
    collecting(|mistakes| {
        let mut function: Function = match syn::parse2(item.clone()) {
            Ok(function) => function,
            Err(error) => {
                mistakes.note(error);
                return item;
            }
        };
        let mut settings = settings::of_tokens(settings, mistakes);
        let avocet = CratePath::take(&mut settings, mistakes);
        let errors = errors(&settings, &function, mistakes);
        let arguments = arguments(&mut function, mistakes);
        check(&arguments, &function, mistakes);
        if mistakes.none() {
            print(&arguments, &errors, &function, &avocet)
        } else {
            stub(&function, &avocet)
        }
    })
}

/// The settings of `#[dependency]`.
const SETTINGS: &str = "`response(403, \"…\")`, `crate = path`";

/// An error of a `Result<_, HttpError>`, whose statuses no type lists.
struct DescribedError {
    status: u16,
    description: LitStr,
}

/// Returns the errors that `response(403, "…")` describes.
fn errors(
    settings: &[Setting],
    function: &Function,
    mistakes: &mut Mistakes,
) -> Vec<DescribedError> {
    let mut errors = Vec::new();
    for setting in settings {
        if !setting.is("response") {
            setting.unknown(SETTINGS, mistakes);
            continue;
        }
        let Some((status, description)) = response_of(setting, mistakes) else {
            continue;
        };
        let output = response(&function.signature.output);
        if !output.is_some_and(|kind| is_result(&kind)) {
            mistakes.add(
                setting,
                "a dependency responds only with an error; return `Result<_, HttpError>`",
            );
        }
        match status.value().parse() {
            Ok(status @ 400..=599) => errors.push(DescribedError {
                status,
                description,
            }),
            _ => mistakes.add(
                &status,
                "a dependency responds only with a status of an error; write one from 400 to 599",
            ),
        }
    }
    errors
}

fn arguments(function: &mut Function, mistakes: &mut Mistakes) -> Vec<Argument> {
    let name = Ident::new("dependency", Span::call_site());
    let inputs = function.signature.inputs.iter_mut();
    inputs
        .filter_map(|input| match input {
            FnArg::Typed(typed) => argument::parse(typed, &name, Some(&[]), mistakes),
            FnArg::Receiver(_) => None,
        })
        .collect()
}

fn check(arguments: &[Argument], function: &Function, mistakes: &mut Mistakes) {
    function.check("a dependency", mistakes);
    check::all_words(arguments, 0, mistakes);
    for argument in arguments {
        if matches!(
            argument.source,
            ArgumentSource::Body | ArgumentSource::Form | ArgumentSource::File
        ) {
            mistakes.add(
                &argument.ident,
                "a dependency runs before the body is read; take the body in the handler",
            );
        }
    }
}

fn print(
    arguments: &[Argument],
    errors: &[DescribedError],
    function: &Function,
    avocet: &CratePath,
) -> TokenStream {
    let mut tables = Tables::default();
    let ordered = expand::in_order(arguments);
    let (sources, patterns) = expand::sources(&ordered, &mut tables);
    let assertions = expand::of_arguments(&ordered);
    let kinds = ordered.iter().map(|(_, argument)| &argument.kind);
    let values = (0..arguments.len()).map(|index| format_ident!("__argument_{index}"));
    let ident = function.ident();
    let output = response(&function.signature.output);
    let call = quote!(#ident(#(#values),*).await);
    let body = match output.as_ref().filter(|kind| is_result(kind)) {
        Some(result) => {
            let span = result.span();
            let outcome = quote_spanned!(span=> <#result as __avocet::bounds::DependencyResult>);
            let errors = errors.iter().map(|error| {
                let (status, description) = (error.status, &error.description);
                quote! {
                    __operation.errors.push(__avocet::operation::DocumentedError {
                        status: __avocet::http::StatusCode::from_u16(#status).ok(),
                        description: ::std::borrow::ToOwned::to_owned(#description),
                        body: __avocet::operation::ErrorBody::Message,
                    });
                }
            });
            quote! {
                type Value = #outcome::Value;
                fn describe(__operation: &mut __avocet::operation::Operation) {
                    #outcome::describe(__operation);
                    #(#errors)*
                }
                async fn resolve(
                    (#(#patterns,)*): Self::Arguments,
                ) -> ::std::result::Result<Self::Value, __avocet::response::HttpError> {
                    #outcome::into_value(#call)
                }
            }
        }
        None => {
            let value = output.map_or_else(|| quote!(()), ToTokens::into_token_stream);
            quote! {
                type Value = #value;
                async fn resolve(
                    (#(#patterns,)*): Self::Arguments,
                ) -> ::std::result::Result<Self::Value, __avocet::response::HttpError> {
                    ::std::result::Result::Ok(#call)
                }
            }
        }
    };
    // Clippy reports a function that ends with `()`.
    let extractors = (!arguments.is_empty()).then(|| quote!((#(#sources,)*)));
    let import = avocet.import();
    let conditions = function.conditions();
    let marker = expand::marker(function);
    quote! {
        #function
        #marker
        #(#conditions)*
        const _: () = {
            #import
            #tables
            #[automatically_derived]
            impl __avocet::depend::Dependency for #ident {
                type Arguments = (#(#kinds,)*);
                fn extractors() -> impl __avocet::extract::Extractors<Values = Self::Arguments> {
                    #assertions
                    #extractors
                }
                #body
            }
        };
    }
}

/// Returns the function, and a dependency that never runs.
fn stub(function: &Function, avocet: &CratePath) -> TokenStream {
    let mut inputs = function.signature.inputs.iter();
    if inputs.any(|input| matches!(input, FnArg::Receiver(_))) {
        // A type cannot be declared among methods.
        return function.to_token_stream();
    }
    let ident = function.ident();
    let import = avocet.import();
    let conditions = function.conditions();
    let marker = expand::marker(function);
    let output = response(&function.signature.output);
    let value = match output {
        Some(kind) if is_result(&kind) => {
            quote!(<#kind as __avocet::bounds::DependencyResult>::Value)
        }
        Some(kind) => kind.into_token_stream(),
        None => quote!(()),
    };
    quote! {
        #[allow(unused_variables, unused_mut, dead_code, reason = "its attribute has mistakes, which are reported")]
        #function
        #marker
        #(#conditions)*
        const _: () = {
            #import
            #[automatically_derived]
            impl __avocet::depend::Dependency for #ident {
                type Value = #value;
                type Arguments = ();
                fn extractors() -> impl __avocet::extract::Extractors<Values = ()> {}
                async fn resolve(
                    (): (),
                ) -> ::std::result::Result<Self::Value, __avocet::response::HttpError> {
                    __avocet::__private::never_runs()
                }
            }
        };
    }
}

/// Returns whether a type is named `Result`.
fn is_result(kind: &Type) -> bool {
    match kind {
        Type::Path(path) => path
            .path
            .segments
            .last()
            .is_some_and(|last| last.ident == "Result"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::SETTINGS;
    use crate::docs::assert_documented;

    #[test]
    fn every_setting_is_documented() {
        assert_documented("dependency.md", SETTINGS);
    }
}
