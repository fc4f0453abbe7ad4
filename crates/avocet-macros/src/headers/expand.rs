//! Expansion: the unchanged struct and its implementation of `ResponseHeaders`.

use super::parse::Header;
use crate::calls;
use proc_macro2::TokenStream;
use quote::quote;
use syn::ItemStruct;

pub(super) fn expand(headers: &[Header], item: &ItemStruct) -> TokenStream {
    let ident = &item.ident;
    // Both functions begin with the same statements, so that the compiler reports a missing trait once.
    let assertions: TokenStream = headers
        .iter()
        .map(|it| calls::assertion("header_field", &it.kind))
        .collect();
    let described = headers.iter().map(
        |Header {
             kind,
             name,
             description,
             ..
         }| { calls::bound("header", kind, quote!(#name, #description, __schemas)) },
    );
    let written = headers.iter().map(
        |Header {
             ident, kind, name, ..
         }| {
            let write = calls::bound("write_header", kind, quote!(&self.#ident, #name, __headers));
            quote!(#write?;)
        },
    );
    let (schemas, map) = match headers {
        [] => (quote!(_), quote!(_)),
        _ => (quote!(__schemas), quote!(__headers)),
    };
    quote! {
        #item

        #[automatically_derived]
        impl ::avocet::response::ResponseHeaders for #ident {
            fn describe(
                #schemas: &mut ::avocet::model::Schemas,
            ) -> ::std::vec::Vec<::avocet::operation::ResponseHeader> {
                #assertions
                ::std::vec![#(#described),*]
            }

            fn write(
                &self,
                #map: &mut ::avocet::__private::http::HeaderMap,
            ) -> ::std::result::Result<(), ::avocet::response::InvalidHeader> {
                #assertions
                #(#written)*
                ::std::result::Result::Ok(())
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
        impl #parameters ::avocet::response::ResponseHeaders for #ident #arguments #wheres {
            fn describe(
                _: &mut ::avocet::model::Schemas,
            ) -> ::std::vec::Vec<::avocet::operation::ResponseHeader> { ::avocet::__private::never_runs() }
            fn write(
                &self,
                _: &mut ::avocet::__private::http::HeaderMap,
            ) -> ::std::result::Result<(), ::avocet::response::InvalidHeader> { ::avocet::__private::never_runs() }
        }
    }
}
