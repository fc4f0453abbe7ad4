//! User functions on a value after it is read: checks and transformations.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::Expr;
use syn::spanned::Spanned;

use crate::mistakes::Mistakes;
use crate::settings::Setting;

/// One function. Functions are called in the order of the settings.
#[derive(Clone)]
pub(crate) enum Step {
    /// `check = function`: the function inspects the value.
    Check(Expr),
    /// `map = function`: the function returns the transformed value.
    Map(Expr),
}

impl Step {
    /// Parses `check = function` and `map = function`.
    pub(crate) fn read(setting: &Setting, mistakes: &mut Mistakes) -> Option<Self> {
        let function = setting.expression("path::to::function", mistakes)?;
        Some(if setting.is("map") {
            Self::Map(function)
        } else {
            Self::Check(function)
        })
    }

    /// Returns the function.
    pub(crate) fn function(&self) -> &Expr {
        match self {
            Self::Check(function) | Self::Map(function) => function,
        }
    }

    /// Returns the function as an argument of a generic function. A path or a call is wrapped in a closure, so that a check of a
    /// `String` can be a `fn(&str)`: the reference is coerced where the function is called.
    pub(crate) fn as_argument(&self) -> TokenStream {
        match self {
            Self::Map(function) | Self::Check(function @ Expr::Closure(_)) => quote!(#function),
            Self::Check(function) => {
                let call = quote_spanned!(function.span()=> (#function)(__checked));
                quote!(|__checked| #call)
            }
        }
    }

    /// Returns whether the function transforms the value.
    pub(crate) fn is_map(&self) -> bool {
        matches!(self, Self::Map(_))
    }

    /// Returns a statement for a value in the variable `value`, with `__good` and `__note` in scope. `failed` leaves the enclosing
    /// function.
    fn statement(&self, value: &Ident, kind: &TokenStream, failed: &TokenStream) -> TokenStream {
        let function = self.function();
        let span = function.span();
        match self {
            Self::Check(_) => quote_spanned! {span=>
                __good &= __avocet::__private::noted((#function)(&#value), __note);
            },
            Self::Map(_) => {
                let mapped =
                    quote_spanned!(span=> __avocet::__private::mapped((#function)(#value), __note));
                quote! {
                    if !__good {
                        #failed
                    }
                    let __mapped: ::std::option::Option<#kind> = #mapped;
                    #[allow(clippy::question_mark, reason = "some of these functions return a `Result`")]
                    let ::std::option::Option::Some(#value) = __mapped else {
                        #failed
                    };
                }
            }
        }
    }
}

/// Returns the statements of several steps, for a value of type `kind`. A value is transformed only after it passes every earlier check.
pub(crate) fn statements(
    steps: &[Step],
    value: &Ident,
    kind: &TokenStream,
    failed: &TokenStream,
) -> TokenStream {
    steps
        .iter()
        .map(|step| step.statement(value, kind, failed))
        .collect()
}
