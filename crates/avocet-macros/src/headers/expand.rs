//! Expansion: the unchanged struct and its implementation of `ResponseHeaders`.

use super::parse::Header;
use crate::calls::{self, Bound};
use crate::crate_path::CratePath;
use proc_macro2::TokenStream;
use quote::quote;
use syn::ItemStruct;

pub(super) fn expand(headers: &[Header], item: &ItemStruct, avocet: &CratePath) -> TokenStream {
    let ident = &item.ident;
    // Both functions begin with the same statements, so that the compiler reports a missing trait once.
    let assertions: TokenStream = headers
        .iter()
        .map(|it| calls::assertion(Bound::new("response::HeaderField", "describe"), &it.kind))
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
    let import = avocet.import();
    quote! {
        #item

        const _: () = {
            #import

            #[automatically_derived]
            impl __avocet::response::ResponseHeaders for #ident {
                fn describe(
                    #schemas: &mut __avocet::model::Schemas,
                ) -> ::std::vec::Vec<__avocet::operation::ResponseHeader> {
                    #assertions
                    ::std::vec![#(#described),*]
                }

                fn write(
                    &self,
                    #map: &mut __avocet::__private::http::HeaderMap,
                ) -> ::std::result::Result<(), __avocet::response::InvalidHeader> {
                    #assertions
                    #(#written)*
                    ::std::result::Result::Ok(())
                }
            }
        };
    }
}

pub(super) fn stub(item: &ItemStruct, avocet: &CratePath) -> TokenStream {
    let ident = &item.ident;
    let (parameters, arguments, wheres) = item.generics.split_for_impl();
    let import = avocet.import();
    quote! {
        #item

        const _: () = {
            #import

            #[automatically_derived]
            impl #parameters __avocet::response::ResponseHeaders for #ident #arguments #wheres {
                fn describe(
                    _: &mut __avocet::model::Schemas,
                ) -> ::std::vec::Vec<__avocet::operation::ResponseHeader> { __avocet::__private::never_runs() }
                fn write(
                    &self,
                    _: &mut __avocet::__private::http::HeaderMap,
                ) -> ::std::result::Result<(), __avocet::response::InvalidHeader> { __avocet::__private::never_runs() }
            }
        };
    }
}
