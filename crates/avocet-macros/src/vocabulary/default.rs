//! The default of an absent value.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, ExprPath, Lit, LitStr};

use crate::mistakes::Mistakes;
use crate::settings::{Setting, Value, is_number};

/// A default.
#[derive(Clone)]
pub(crate) enum Default {
    /// The default of the type.
    OfType,
    /// A literal, whose JSON is known without serializing the value.
    Literal(Expr),
    /// Any other expression.
    Value(Expr),
    /// The return value of a function.
    Call(ExprPath),
    /// A field of the container's default.
    Member(TokenStream),
}

impl Default {
    /// Parses `default` and `default = value`.
    pub(crate) fn read(setting: &Setting, mistakes: &mut Mistakes) -> Option<Self> {
        match &setting.value {
            Value::None => Some(Self::OfType),
            Value::Is(value) if is_number(value) || matches!(value, Expr::Lit(_)) => {
                Some(Self::Literal(value.clone()))
            }
            Value::Is(value) => Some(Self::Value(value.clone())),
            Value::List(_) => {
                mistakes.add(setting, "write `default` or `default = value`");
                None
            }
        }
    }

    /// Parses serde's `default` and `default = "path"`.
    pub(crate) fn read_serde(setting: &Setting, mistakes: &mut Mistakes) -> Option<Self> {
        match &setting.value {
            Value::None => Some(Self::OfType),
            _ => setting
                .text(mistakes)
                .and_then(|path| Self::call(&path, mistakes)),
        }
    }

    pub(crate) fn call(path: &LitStr, mistakes: &mut Mistakes) -> Option<Self> {
        mistakes.good(path.parse()).map(Self::Call)
    }

    /// Returns the expression of the value.
    pub(crate) fn value(&self) -> TokenStream {
        match self {
            Self::OfType => quote!(::std::default::Default::default()),
            Self::Literal(value) if is_text(value) => {
                quote_spanned!(value.span()=> ::std::convert::Into::into(#value))
            }
            Self::Literal(value) | Self::Value(value) => value.to_token_stream(),
            Self::Call(path) => quote!(#path()),
            Self::Member(value) => value.clone(),
        }
    }

    /// Returns the literal, if it is one.
    pub(crate) fn literal(&self) -> Option<&Expr> {
        match self {
            Self::Literal(value) => Some(value),
            _ => None,
        }
    }
}

fn is_text(value: &Expr) -> bool {
    matches!(value, Expr::Lit(literal) if matches!(literal.lit, Lit::Str(_)))
}
