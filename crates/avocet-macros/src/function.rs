//! A user's function. The body is passed through unparsed, so the compiler reports errors in it.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned;
use syn::{Attribute, FnArg, Signature, Visibility};

use crate::mistakes::Mistakes;

/// Attributes, visibility, signature and body.
pub(crate) struct Function {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) signature: Signature,
    pub(crate) body: TokenStream,
}

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        Ok(Self {
            attributes: input.call(Attribute::parse_outer)?,
            visibility: input.parse()?,
            signature: input.parse()?,
            body: input.parse()?,
        })
    }
}

impl ToTokens for Function {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self {
            attributes,
            visibility,
            signature,
            body,
        } = self;
        tokens.extend(
            quote_spanned!(signature.span()=> #(#attributes)* #visibility #signature #body),
        );
    }
}

impl Function {
    /// Returns the name, without `r#`.
    pub(crate) fn name(&self) -> String {
        self.signature.ident.unraw().to_string()
    }

    /// Returns the identifier.
    pub(crate) fn ident(&self) -> &Ident {
        &self.signature.ident
    }

    /// Returns the `cfg` attributes of the function.
    pub(crate) fn conditions(&self) -> impl Iterator<Item = &Attribute> {
        self.attributes
            .iter()
            .filter(|attribute| attribute.path().is_ident("cfg"))
    }

    /// Records errors for what a function called by the framework cannot have.
    pub(crate) fn check(&self, kind: &str, mistakes: &mut Mistakes) {
        let signature = &self.signature;
        if signature.asyncness.is_none() {
            mistakes.add(
                signature.fn_token,
                format_args!("{kind} must be an `async fn`; write `async` before `fn`"),
            );
        }
        if !signature.generics.params.is_empty() {
            mistakes.add(
                &signature.generics,
                format_args!("{kind} cannot have generic parameters; write concrete types"),
            );
        }
        if let Some(wheres) = &signature.generics.where_clause {
            mistakes.add(
                wheres,
                format_args!("{kind} cannot have a `where` clause; remove it"),
            );
        }
        if let Some(variadic) = &signature.variadic {
            mistakes.add(
                variadic,
                format_args!("{kind} must have a fixed number of arguments"),
            );
        }
        for argument in &signature.inputs {
            if let FnArg::Receiver(receiver) = argument {
                mistakes.add(
                    receiver,
                    format_args!("{kind} must be a free function without `self`; take shared values with `#[state]`"),
                );
            }
        }
    }
}
