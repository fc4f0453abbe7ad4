//! Names in printed code: of models, of variants, of variables.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::{GenericParam, Generics, Ident};

use super::super::model::Variant;

/// Returns expressions for the names of the generic arguments, used in the name of the model.
pub(super) fn argument_names(generics: &Generics) -> Vec<TokenStream> {
    let name = |parameter: &GenericParam| match parameter {
        GenericParam::Type(parameter) => {
            let ident = &parameter.ident;
            Some(quote!(<#ident as __avocet::model::Model>::name()))
        }
        GenericParam::Const(parameter) => {
            let ident = &parameter.ident;
            Some(quote!(::std::string::ToString::to_string(&#ident)))
        }
        GenericParam::Lifetime(_) => None,
    };
    generics.params.iter().filter_map(name).collect()
}

/// Returns the name of a variant in the document, as an expression of a string.
pub(super) fn variant_name(variant: &Variant) -> TokenStream {
    match &variant.name {
        Some(name) => text(name),
        None => {
            let suffix = text(&variant.ident.unraw().to_string());
            quote!(&*(<Self as __avocet::model::Model>::name() + #suffix))
        }
    }
}

/// Returns the name of the variable that holds a field while its object is read.
pub(super) fn slot(index: usize) -> Ident {
    quote::format_ident!("__field_{index}")
}

/// Returns a string literal.
pub(super) fn text(text: &str) -> TokenStream {
    syn::LitStr::new(text, proc_macro2::Span::call_site()).to_token_stream()
}
