//! Expansion: the unchanged enum and its implementation of `ResponseError`.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::{Field, Ident, ItemEnum, LitStr};

use super::parse::{Errors, Variant};
use crate::calls::{self, Bound};
use crate::crate_path::CratePath;

pub(super) fn expand(errors: &Errors, item: &ItemEnum, avocet: &CratePath) -> TokenStream {
    let ident = &errors.ident;
    // Both functions begin with the same statements, so that the compiler reports a missing trait once.
    let fields = errors.variants.iter().flat_map(|variant| &variant.fields);
    let assertions: TokenStream = fields
        .map(|field| calls::assertion(Bound::of("bounds::Output"), &field.ty))
        .collect();
    let describe = errors.variants.iter().map(describe);
    let become_error = errors.variants.iter().map(become_error);
    let import = avocet.import();
    quote! {
        #item

        const _: () = {
            #import

            #[automatically_derived]
            impl __avocet::response::ResponseError for #ident {
                fn describe(__operation: &mut __avocet::operation::Operation) {
                    #assertions
                    #(#describe)*
                }

                fn into_error(self) -> __avocet::response::HttpError {
                    #assertions
                    match self { #(#become_error)* }
                }
            }
        };
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
            impl #parameters __avocet::response::ResponseError for #ident #arguments #wheres {
                fn describe(_: &mut __avocet::operation::Operation) { __avocet::__private::never_runs() }
                fn into_error(self) -> __avocet::response::HttpError { __avocet::__private::never_runs() }
            }
        };
    }
}

fn name(ident: &Ident) -> LitStr {
    LitStr::new(&ident.unraw().to_string(), ident.span())
}

fn describe(variant: &Variant) -> TokenStream {
    let Variant {
        status,
        code,
        description,
        ..
    } = variant;
    let members = variant.fields.iter().filter_map(member);
    let (schemas, body) = if variant.fields.is_empty() {
        (quote!(_), quote!(::std::vec::Vec::new()))
    } else {
        (quote!(__schemas), quote!(::std::vec![#(#members),*]))
    };
    quote!(__avocet::__private::error_response(__operation, #status, #code, #description, |#schemas| #body);)
}

/// Returns the member of the response body for a field.
fn member(field: &Field) -> Option<TokenStream> {
    let (name, kind) = (name(field.ident.as_ref()?), &field.ty);
    Some(calls::bound("error_member", kind, quote!(#name, __schemas)))
}

fn become_error(variant: &Variant) -> TokenStream {
    let Variant {
        ident,
        status,
        code,
        description,
        message,
        fields,
    } = variant;
    let bindings: Vec<&Ident> = fields
        .iter()
        .filter_map(|field| field.ident.as_ref())
        .collect();
    let members = fields
        .iter()
        .filter_map(|field| field.ident.as_ref().zip(Some(&field.ty)))
        .map(|(ident, kind)| {
            let name = name(ident);
            let json = calls::bound("error_json", kind, quote!(&#ident));
            quote!((#name, #json))
        });
    let message = match message {
        // Uses the user's own literal, so that captured names resolve and errors are reported there.
        Some(message) => quote_spanned!(message.span()=> ::std::format!(#message)),
        None => quote!(::std::string::String::from(#description)),
    };
    let pattern = if fields.is_empty() {
        ident.to_token_stream()
    } else {
        quote!(#ident { #(#bindings),* })
    };
    quote! {
        Self::#pattern => __avocet::__private::error(#status, #code, #message, ::std::vec![#(#members),*]),
    }
}
