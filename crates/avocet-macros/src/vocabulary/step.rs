//! What functions of the user's own do with a value that was read: check it, or change it.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::Expr;
use syn::spanned::Spanned;

use crate::mistakes::Mistakes;
use crate::settings::Setting;

/// One function, called in the order of writing.
#[derive(Clone)]
pub(crate) enum Step {
    /// `check = function`, with a function that looks at the value.
    Check(Expr),
    /// `map = function`, with a function that gives the value in another form.
    Map(Expr),
}

impl Step {
    /// From `check = function` and `map = function`.
    pub(crate) fn read(setting: &Setting, mistakes: &mut Mistakes) -> Option<Self> {
        let function = setting.expression("path::to::function", mistakes)?;
        Some(if setting.is("map") {
            Self::Map(function)
        } else {
            Self::Check(function)
        })
    }

    /// The function.
    pub(crate) fn function(&self) -> &Expr {
        match self {
            Self::Check(function) | Self::Map(function) => function,
        }
    }

    /// Whether the function changes the value.
    pub(crate) fn is_map(&self) -> bool {
        matches!(self, Self::Map(_))
    }

    /// A statement for a value in the variable `value`, with `__good` and `__note` in scope. `failed` leaves the function around.
    fn statement(&self, value: &Ident, kind: &TokenStream, failed: &TokenStream) -> TokenStream {
        let function = self.function();
        let span = function.span();
        match self {
            Self::Check(_) => quote_spanned! {span=>
                __good &= ::avocet::__private::noted((#function)(&#value), __note);
            },
            Self::Map(_) => {
                let mapped =
                    quote_spanned!(span=> ::avocet::__private::mapped((#function)(#value), __note));
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

/// The statements of several steps, for a value of type `kind`. A value that is changed has met every check before.
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
