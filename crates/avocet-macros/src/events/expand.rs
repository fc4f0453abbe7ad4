//! Printing: the enum as it is, and its implementation of `Event`.

use super::parse::Event;
use crate::calls;
use proc_macro2::TokenStream;
use quote::quote;
use syn::ItemEnum;

pub(super) fn expand(events: &[Event], item: &ItemEnum) -> TokenStream {
    let ident = &item.ident;
    // Both functions begin with the same lines, so that the compiler says what a type lacks once.
    let kinds = events.iter().filter_map(|event| event.data.as_ref());
    let assertions: TokenStream = kinds.map(|kind| calls::assertion("output", kind)).collect();
    let described = events.iter().map(
        |Event {
             name,
             description,
             data,
             ..
         }| {
            let described = match data {
                Some(kind) => calls::bound(
                    "event",
                    kind,
                    quote!(::std::option::Option::Some(#name), __schemas),
                ),
                None => quote!(::avocet::__private::event_without_data(#name)),
            };
            quote!(#described.describe(#description))
        },
    );
    let written = events.iter().map(
        |Event {
             ident, name, data, ..
         }| match data {
            Some(kind) => {
                let write = calls::bound("write_event", kind, quote!(#name, __data, __text));
                quote!(Self::#ident(__data) => #write,)
            }
            None => quote!(Self::#ident => __text.json(::std::option::Option::Some(#name), &()),),
        },
    );
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
