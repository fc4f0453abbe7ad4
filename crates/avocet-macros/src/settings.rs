//! The settings in an attribute: `word`, `word = value` and `word(…)`, separated by commas.

use proc_macro2::{Group, TokenStream};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Expr, Ident, Lit, LitInt, LitStr, Meta, Token, UnOp};

use crate::mistakes::Mistakes;
use crate::nearest::nearest;

/// One setting.
pub(crate) struct Setting {
    pub(crate) name: Ident,
    pub(crate) value: Value,
}

pub(crate) enum Value {
    /// `word`
    None,
    /// `word = value`
    Is(Expr),
    /// `word(…)`
    List(TokenStream),
}

/// Parses the settings of an attribute, for example `#[field(…)]`.
pub(crate) fn of_attribute(attribute: &Attribute, mistakes: &mut Mistakes) -> Vec<Setting> {
    match &attribute.meta {
        Meta::Path(_) => Vec::new(),
        Meta::List(list) => of_tokens(list.tokens.clone(), mistakes),
        Meta::NameValue(pair) => {
            let name = pair.path.to_token_stream();
            mistakes.add(pair, format_args!("write `#[{name}(…)]`"));
            Vec::new()
        }
    }
}

/// Parses the settings in a list. If parsing fails, records the error and keeps the settings before it.
pub(crate) fn of_tokens(tokens: TokenStream, mistakes: &mut Mistakes) -> Vec<Setting> {
    let mut settings = Vec::new();
    let parsed = (|input: ParseStream<'_>| all(input, &mut settings)).parse2(tokens);
    mistakes.good(parsed);
    settings
}

fn all(input: ParseStream<'_>, settings: &mut Vec<Setting>) -> syn::Result<()> {
    while !input.is_empty() {
        settings.push(one(input)?);
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
    }
    Ok(())
}

fn one(input: ParseStream<'_>) -> syn::Result<Setting> {
    let name = input.call(Ident::parse_any)?;
    let value = if input.peek(Token![=]) {
        input.parse::<Token![=]>()?;
        Value::Is(input.parse()?)
    } else if input.peek(syn::token::Paren) {
        Value::List(input.parse::<Group>()?.stream())
    } else {
        Value::None
    };
    Ok(Setting { name, value })
}

impl Setting {
    /// Returns whether the setting has this name.
    pub(crate) fn is(&self, name: &str) -> bool {
        self.name == name
    }

    /// Returns the string of `word = "…"`.
    pub(crate) fn text(&self, mistakes: &mut Mistakes) -> Option<LitStr> {
        match self.literal() {
            Some(Lit::Str(text)) => Some(text.clone()),
            _ => {
                mistakes.add(self, format_args!("write `{} = \"…\"`", self.name));
                None
            }
        }
    }

    /// Returns whether it is `word = "…"`.
    pub(crate) fn is_text(&self) -> bool {
        matches!(self.literal(), Some(Lit::Str(_)))
    }

    /// Returns the number of `word = 3`.
    pub(crate) fn integer(&self, mistakes: &mut Mistakes) -> Option<LitInt> {
        match self.literal() {
            Some(Lit::Int(number)) => Some(number.clone()),
            _ => {
                mistakes.add(self, format_args!("write a number: `{} = 1`", self.name));
                None
            }
        }
    }

    fn literal(&self) -> Option<&Lit> {
        match &self.value {
            Value::Is(Expr::Lit(literal)) => Some(&literal.lit),
            _ => None,
        }
    }

    /// Returns the expression of `word = …`.
    pub(crate) fn expression(&self, example: &str, mistakes: &mut Mistakes) -> Option<Expr> {
        match &self.value {
            Value::Is(value) => Some(value.clone()),
            _ => {
                mistakes.add(self, format_args!("write `{} = {example}`", self.name));
                None
            }
        }
    }

    /// Records an error for a value where only the word is allowed.
    pub(crate) fn alone(&self, mistakes: &mut Mistakes) {
        if !matches!(self.value, Value::None) {
            mistakes.add(
                self,
                format_args!("`{}` has no value; write the word alone", self.name),
            );
        }
    }

    /// Records an error for an unknown word.
    pub(crate) fn unknown(&self, known: &str, mistakes: &mut Mistakes) {
        let name = self.name.to_string();
        let hint = match nearest(&name, known) {
            Some(entry) => format!("did you mean `{entry}`? The"),
            None => "the".to_owned(),
        };
        mistakes.add(
            &self.name,
            format_args!("unknown setting `{name}`; {hint} settings here are {known}"),
        );
    }
}

impl ToTokens for Setting {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.name.to_tokens(tokens);
        match &self.value {
            Value::Is(value) => value.to_tokens(tokens),
            Value::List(list) => list.to_tokens(tokens),
            Value::None => {}
        }
    }
}

/// Returns whether an expression is a number literal, with or without a sign.
pub(crate) fn is_number(value: &Expr) -> bool {
    match value {
        Expr::Lit(literal) => matches!(literal.lit, Lit::Int(_) | Lit::Float(_)),
        Expr::Unary(negative) if matches!(negative.op, UnOp::Neg(_)) => {
            matches!(&*negative.expr, Expr::Lit(literal) if matches!(literal.lit, Lit::Int(_) | Lit::Float(_)))
        }
        _ => false,
    }
}
