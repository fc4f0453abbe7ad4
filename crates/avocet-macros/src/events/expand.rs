//! Expansion: the unchanged enum and its implementation of `Event`.

use super::parse::{Data, Event};
use crate::calls;
use proc_macro2::TokenStream;
use quote::quote;
use syn::ItemEnum;

pub(super) fn expand(events: &[Event], item: &ItemEnum) -> TokenStream {
    let ident = &item.ident;
    // Both functions begin with the same statements, so that the compiler reports a missing trait once.
    let assertions: TokenStream = events
        .iter()
        .filter_map(|event| match &event.data {
            Data::Held(kind) => Some(calls::assertion("event_data", kind)),
            Data::Text(_) | Data::Null => None,
        })
        .collect();
    let described = events.iter().map(|event| {
        let (name, description) = (name(event), &event.description);
        let described = match &event.data {
            Data::Held(kind) => calls::bound("describe_event", kind, quote!(#name, __schemas)),
            Data::Text(text) => quote!(::avocet::__private::event_of_text(#name, #text)),
            Data::Null => quote!(::avocet::__private::event_without_data(#name)),
        };
        quote!(#described.describe(#description))
    });
    let written = events.iter().map(|event| {
        let (name, ident) = (name(event), &event.ident);
        match &event.data {
            Data::Held(kind) => {
                let write = calls::bound("write_event", kind, quote!(#name, __data, __text));
                quote!(Self::#ident(__data) => #write,)
            }
            Data::Text(text) => quote! {
                Self::#ident => {
                    __text.text(#name, #text);
                    ::std::result::Result::Ok(())
                }
            },
            Data::Null => quote!(Self::#ident => __text.json(#name, &()),),
        }
    });
    quote! {
        #item

        #[automatically_derived]
        impl ::avocet::response::Event for #ident {
            fn describe(__schemas: &mut ::avocet::model::Schemas) -> ::avocet::model::Schema {
                #assertions
                ::avocet::model::Schema::one_of(::std::vec![#(#described),*])
            }

            fn write(
                &self,
                __text: &mut ::avocet::response::EventText,
            ) -> ::std::result::Result<(), ::avocet::response::BodyError> {
                #assertions
                match self { #(#written)* }
            }
        }
    }
}

/// Returns the name of the event, as an expression of type `Option`.
fn name(event: &Event) -> TokenStream {
    match &event.name {
        Some(name) => quote!(::std::option::Option::Some(#name)),
        None => quote!(::std::option::Option::None),
    }
}

pub(super) fn stub(item: &ItemEnum) -> TokenStream {
    let ident = &item.ident;
    let (parameters, arguments, wheres) = item.generics.split_for_impl();
    quote! {
        #item

        #[automatically_derived]
        impl #parameters ::avocet::response::Event for #ident #arguments #wheres {
            fn describe(_: &mut ::avocet::model::Schemas) -> ::avocet::model::Schema { ::avocet::__private::never_runs() }
            fn write(
                &self,
                _: &mut ::avocet::response::EventText,
            ) -> ::std::result::Result<(), ::avocet::response::BodyError> { ::avocet::__private::never_runs() }
        }
    }
}
