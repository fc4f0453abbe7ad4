//! What an argument or a route depends on: `#[depends(page)]`, `requires(member, scopes("rooms:read"))`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Ident, LitStr, Path, Token, Type, parenthesized};

use crate::calls::{self, Bound};

const DEPENDENCY: Bound = Bound::new("depend::Dependency", "describe");
const SHARED: Bound = Bound::of("bounds::SharedValue");

/// A dependency with the settings of its use.
pub(super) struct DependsOn {
    dependency: Path,
    /// The word `fresh`.
    fresh: Option<Ident>,
    scopes: Vec<LitStr>,
}

impl Parse for DependsOn {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut parsed = Self {
            dependency: input.call(Path::parse_mod_style)?,
            fresh: None,
            scopes: Vec::new(),
        };
        while !input.is_empty() {
            input.parse::<Token![,]>()?;
            let word: Ident = input.parse()?;
            if word == "fresh" {
                parsed.fresh = Some(word);
            } else if word == "scopes" {
                let inside;
                parenthesized!(inside in input);
                let scopes = Punctuated::<LitStr, Token![,]>::parse_terminated(&inside)?;
                parsed.scopes.extend(scopes);
            } else {
                return Err(syn::Error::new(word.span(), SETTINGS));
            }
        }
        Ok(parsed)
    }
}

const SETTINGS: &str =
    "after the dependency there can be `fresh`, and scopes: `scopes(\"rooms:read\")`";

impl DependsOn {
    fn kind(&self) -> Type {
        let dependency = &self.dependency;
        syn::parse_quote!(#dependency)
    }

    fn scopes(&self) -> Option<TokenStream> {
        let scopes = &self.scopes;
        (!scopes.is_empty()).then(|| quote!(&[#(#scopes),*]))
    }

    /// Returns statements that make a wrong dependency, or a value that cannot be shared, a single error.
    pub(super) fn assertions(&self, value: Option<&Type>) -> TokenStream {
        let dependency = calls::assertion(DEPENDENCY, &self.kind());
        let is_shared = self.fresh.is_none();
        let shared = value
            .filter(|_| is_shared)
            .map(|value| calls::assertion(SHARED, value));
        quote!(#dependency #shared)
    }

    /// Returns the extractor of an argument.
    pub(super) fn extractor(&self, value: &Type) -> TokenStream {
        let function = match &self.fresh {
            Some(_) => "depends_fresh",
            None => "depends",
        };
        let scopes = self.scopes().unwrap_or_else(|| quote!(&[]));
        self.named(&calls::bound_and(
            function,
            value,
            &quote!(__Dependency),
            scopes,
        ))
    }

    /// Returns the requirement of a route.
    pub(super) fn requirement(&self) -> TokenStream {
        let scopes = self.scopes().unwrap_or_else(|| quote!(&[]));
        let name = self.name();
        let requirement = quote!(__avocet::depend::Requirement::with_scopes::<#name>(#scopes));
        self.named(&requirement)
    }

    /// Returns an expression with a name for the dependency. The compiler reports a plain function there as `expected type`.
    fn named(&self, expression: &TokenStream) -> TokenStream {
        let (dependency, name) = (&self.dependency, self.name());
        quote!({
            type #name = #dependency;
            #expression
        })
    }

    /// The name has the span of the dependency, so that an error is reported there, and once.
    fn name(&self) -> Ident {
        Ident::new("__Dependency", self.dependency.span())
    }

    pub(super) fn fresh(&self) -> Option<&Ident> {
        self.fresh.as_ref()
    }
}
