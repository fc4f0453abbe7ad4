//! Printing: the enum as it is, and its implementation of `Fail`.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Field, Ident, ItemEnum, LitStr};

use super::parse::{Errors, Variant};

pub(super) fn expand(errors: &Errors, item: &ItemEnum) -> TokenStream {
    let ident = &errors.ident;
    let describe = errors.variants.iter().map(describe);
    let become_error = errors.variants.iter().map(become_error);
    quote! {
        #item

        #[automatically_derived]
        impl ::avocet::respond::Fail for #ident {
            fn describe(__operation: &mut ::avocet::operation::Operation) {
                #(#describe)*
            }

            fn into_error(self) -> ::avocet::respond::HttpError {
                match self { #(#become_error)* }
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
        impl #parameters ::avocet::respond::Fail for #ident #arguments #wheres {
            fn describe(_: &mut ::avocet::operation::Operation) { ::std::unimplemented!() }
            fn into_error(self) -> ::avocet::respond::HttpError { ::std::unimplemented!() }
        }
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
    let (schemas, body) = match variant.fields.is_empty() {
        true => (quote!(_), quote!(::std::vec::Vec::new())),
        false => (quote!(__schemas), quote!(::std::vec![#(#members),*])),
    };
    quote!(::avocet::__private::error_answer(__operation, #status, #code, #description, |#schemas| #body);)
}

/// The member of the answer that a field is.
fn member(field: &Field) -> Option<TokenStream> {
    let (name, kind) = (name(field.ident.as_ref()?), &field.ty);
    Some(quote_spanned!(kind.span()=> ::avocet::__private::error_member::<#kind>(#name, __schemas)))
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
    let members = bindings.iter().map(|ident| {
        let name = name(ident);
        quote!((#name, ::avocet::__private::json(&#ident)))
    });
    let message = match message {
        // With the user's own literal, so that what it captures and what is wrong in it is found there.
        Some(message) => quote_spanned!(message.span()=> ::std::format!(#message)),
        None => quote!(::std::string::String::from(#description)),
    };
    let pattern = if fields.is_empty() {
        ident.to_token_stream()
    } else {
        quote!(#ident { #(#bindings),* })
    };
    quote! {
        Self::#pattern => ::avocet::__private::error(#status, #code, #message, ::std::vec![#(#members),*]),
    }
}
