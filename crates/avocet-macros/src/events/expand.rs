//! Expansion: the unchanged enum and its implementation of `Event`.

use super::parse::{Data, Event};
use crate::calls::{self, Bound};
use crate::crate_path::CratePath;
use proc_macro2::TokenStream;
use quote::quote;
use syn::ItemEnum;

const EVENT_DATA: Bound = Bound::new("bounds::EventData", "describe");

pub(super) fn expand(events: &[Event], item: &ItemEnum, avocet: &CratePath) -> TokenStream {
    let ident = &item.ident;
    // Both functions begin with the same statements, so that the compiler reports a missing trait once.
    let assertions: TokenStream = events
        .iter()
        .filter_map(|event| match &event.data {
            Data::Held(kind) => Some(calls::assertion(EVENT_DATA, kind)),
            Data::Text(_) | Data::Null => None,
        })
        .collect();
    let described = events.iter().map(|event| {
        let (name, description) = (name(event), &event.description);
        let described = match &event.data {
            Data::Held(kind) => calls::bound("describe_event", kind, quote!(#name, __schemas)),
            Data::Text(text) => quote!(__avocet::__private::event_of_text(#name, #text)),
            Data::Null => quote!(__avocet::__private::event_without_data(#name)),
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
    let import = avocet.import();
    quote! {
        #item

        const _: () = {
            #import

            #[automatically_derived]
            impl __avocet::response::Event for #ident {
                fn describe(__schemas: &mut __avocet::model::Schemas) -> __avocet::model::Schema {
                    #assertions
                    __avocet::model::Schema::one_of(::std::vec![#(#described),*])
                }

                fn write(
                    &self,
                    __text: &mut __avocet::response::EventText,
                ) -> ::std::result::Result<(), __avocet::response::BodyError> {
                    #assertions
                    match self { #(#written)* }
                }
            }
        };
    }
}

/// Returns the name of the event, as an expression of type `Option`.
fn name(event: &Event) -> TokenStream {
    match &event.name {
        Some(name) => quote!(::std::option::Option::Some(#name)),
        None => quote!(::std::option::Option::None),
    }
}

pub(super) fn stub(item: &ItemEnum, avocet: &CratePath) -> TokenStream {
    let ident = &item.ident;
    let (parameters, arguments, wheres) = item.generics.split_for_impl();
    let import = avocet.import();
    quote! {
        #item

        const _: () = {
            #import

            #[automatically_derived]
            impl #parameters __avocet::response::Event for #ident #arguments #wheres {
                fn describe(_: &mut __avocet::model::Schemas) -> __avocet::model::Schema { __avocet::__private::never_runs() }
                fn write(
                    &self,
                    _: &mut __avocet::response::EventText,
                ) -> ::std::result::Result<(), __avocet::response::BodyError> { __avocet::__private::never_runs() }
            }
        };
    }
}
