//! Printing: the struct as it is, and its implementation of `ReplyHeaders`.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::ItemStruct;
use syn::spanned::Spanned;

use super::parse::Header;

pub(super) fn expand(headers: &[Header], item: &ItemStruct) -> TokenStream {
    let ident = &item.ident;
    let described = headers.iter().map(
        |Header {
             kind,
             name,
             description,
             ..
         }| {
            let function = quote_spanned!(kind.span()=> ::avocet::__private::header::<#kind>);
            quote!(#function(#name, #description, __schemas))
        },
    );
    let written = headers.iter().map(
        |Header {
             ident, kind, name, ..
         }| {
            let function = quote_spanned!(kind.span()=> ::avocet::__private::write_header::<#kind>);
            quote!(#function(&self.#ident, #name, __headers);)
        },
    );
    let (schemas, map) = match headers {
        [] => (quote!(_), quote!(_)),
        _ => (quote!(__schemas), quote!(__headers)),
    };
    quote! {
        #item

        #[automatically_derived]
        impl ::avocet::respond::ReplyHeaders for #ident {
            fn describe(
                #schemas: &mut ::avocet::model::Schemas,
            ) -> ::std::vec::Vec<::avocet::operation::ResponseHeader> {
                ::std::vec![#(#described),*]
            }

            fn write(&self, #map: &mut ::avocet::__private::http::HeaderMap) {
                #(#written)*
            }
        }
    }
}

pub(super) fn stub(item: &ItemStruct) -> TokenStream {
    let ident = &item.ident;
    let (parameters, arguments, wheres) = item.generics.split_for_impl();
    quote! {
        #item

        #[automatically_derived]
        impl #parameters ::avocet::respond::ReplyHeaders for #ident #arguments #wheres {
            fn describe(
                _: &mut ::avocet::model::Schemas,
            ) -> ::std::vec::Vec<::avocet::operation::ResponseHeader> { ::std::unimplemented!() }
            fn write(&self, _: &mut ::avocet::__private::http::HeaderMap) { ::std::unimplemented!() }
        }
    }
}
