//! The beginning of an implementation of a trait.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Generics, Ident};

use super::super::model::{Model, Sides};

/// Returns the beginning of an implementation: `impl<…> Trait for Model<…> where …`, with a bound on every type parameter.
pub(super) fn implement(model: &Model, of: &TokenStream) -> TokenStream {
    let mut generics = model.generics.clone();
    let bound = match model.sides {
        Sides::Both => quote!(__avocet::input::Input + __avocet::model::Output),
        Sides::Input => quote!(__avocet::input::Input),
        Sides::Output => quote!(__avocet::model::Output + ::std::marker::Send),
    };
    add_bound(&mut generics, &bound);
    let ident = &model.ident;
    let (parameters, arguments, wheres) = generics.split_for_impl();
    quote!(#[automatically_derived] impl #parameters #of for #ident #arguments #wheres)
}

fn add_bound(generics: &mut Generics, bound: &TokenStream) {
    let parameters: Vec<Ident> = generics
        .type_params()
        .map(|parameter| parameter.ident.clone())
        .collect();
    let wheres = generics.make_where_clause();
    for parameter in parameters {
        wheres
            .predicates
            .push(syn::parse_quote!(#parameter: #bound));
    }
}
