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

    /// Returns a function of a value of type `kind`, which returns the outcome. A closure is passed to `around`, whose signature gives
    /// the types of its parameters. Any other function is called in a closure, so that a check of a `String` can be a `fn(&str)`: the
    /// reference is coerced where the function is called.
    pub(crate) fn as_argument(
        &self,
        kind: &TokenStream,
        around: impl FnOnce(&Expr) -> TokenStream,
    ) -> TokenStream {
        let function = self.function();
        if let Expr::Closure(_) = function {
            return around(function);
        }
        let value = quote_spanned!(function.span()=> __value);
        let outcome = self.outcome(&value, kind);
        quote_spanned!(function.span()=> |#value| #outcome)
    }

    /// Returns whether the function transforms the value.
    pub(crate) fn is_map(&self) -> bool {
        matches!(self, Self::Map(_))
    }

    /// Returns the `Result` of the function for `value`. The path of a trait, so that the compiler explains only the trait.
    fn outcome(&self, value: &TokenStream, kind: &TokenStream) -> TokenStream {
        let function = self.function();
        let path = match self {
            Self::Check(_) => quote_spanned!(function.span()=> __avocet::read::CheckOutcome),
            Self::Map(_) => {
                quote_spanned!(function.span()=> <_ as __avocet::read::MapOutcome<#kind>>)
            }
        };
        quote_spanned!(function.span()=> #path::into_result((#function)(#value)))
    }

    /// Returns a statement for a value in the variable `value`, with `__good` and `__note` in scope. `failed` leaves the enclosing
    /// function.
    fn statement(&self, value: &Ident, kind: &TokenStream, failed: &TokenStream) -> TokenStream {
        match self {
            Self::Check(_) => {
                let value = quote_spanned!(self.function().span()=> &#value);
                let outcome = self.outcome(&value, kind);
                quote!(__good &= __avocet::__private::noted(#outcome, __note).is_some();)
            }
            Self::Map(_) => {
                let outcome = self.outcome(&quote!(#value), kind);
                quote! {
                    if !__good {
                        #failed
                    }
                    let __mapped: ::std::option::Option<#kind> = __avocet::__private::noted(#outcome, __note);
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
