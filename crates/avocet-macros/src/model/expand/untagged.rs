//! Untagged enums: the value is the first variant that fits.

use proc_macro2::TokenStream;
use quote::quote;

use super::super::model::{Content, Model, Variant};
use super::members::members;
use super::names::variant_name;
use super::object::read_object;
use super::printed::Printed;

pub(super) fn describe(model: &Model, variants: &[Variant], printed: &Printed) -> TokenStream {
    let mut rules = printed.rules.iter();
    let described = variants.iter().enumerate().filter_map(|(index, variant)| {
        let description = &variant.description;
        match &variant.content {
            Content::Nothing => None,
            Content::Fields(object) => {
                let rules = rules.next().map_or(&[][..], Vec::as_slice);
                let (name, members) = (variant_name(variant), members(object, rules, model.sides));
                let closed = object.closed.then(|| quote!(.closed()));
                Some(quote! {
                    __schemas.variant::<Self>(#index, #name, |__schemas| {
                        __avocet::__private::Members::new(__schemas) #(#members)* .object(#description) #closed
                    })
                })
            }
            Content::Model(kind) => Some(quote! {
                <#kind as __avocet::model::Model>::schema(__schemas).describe(#description)
            }),
        }
    });
    let nullable = variants
        .iter()
        .any(|variant| matches!(variant.content, Content::Nothing));
    let description = &model.description;
    quote! {
        let __alternatives = ::std::vec![#(#described),*];
        __avocet::__private::describe_untagged(__alternatives, #nullable, #description)
    }
}

pub(super) fn read(variants: &[Variant], printed: &Printed) -> TokenStream {
    let mut rules = printed.rules.iter();
    let count = variants.len();
    let last = count.saturating_sub(1);
    // The index is always one of the variants', so the last arm matches without a test.
    let pattern = |index| {
        if index == last {
            quote!(_)
        } else {
            quote!(#index)
        }
    };
    let arms: Vec<_> = variants
        .iter()
        .enumerate()
        .map(|(index, variant)| {
            let (pattern, ident) = (pattern(index), &variant.ident);
            let body = match &variant.content {
                Content::Nothing => quote!(__avocet::__private::null_variant(__reader).map(|()| Self::#ident)),
                Content::Fields(object) => {
                    let rules = rules.next().map_or(&[][..], Vec::as_slice);
                    let read = read_object(object, rules, &quote!(Self::#ident));
                    quote!(::std::result::Result::Ok({ #read }))
                }
                Content::Model(kind) => quote! {
                    <#kind as __avocet::input::Input>::read(__reader, __at, &__avocet::rules::Rules::NONE).map(Self::#ident)
                },
            };
            quote!(#pattern => { #body })
        })
        .collect();
    let labels = variants.iter().enumerate().map(|(index, variant)| {
        let pattern = pattern(index);
        let label = match &variant.content {
            // It fails without a validation error that could carry a label.
            Content::Nothing => quote!(::std::string::String::new()),
            Content::Fields(_) => {
                let name = variant_name(variant);
                quote!(::std::string::String::from(#name))
            }
            Content::Model(kind) => quote!(__avocet::model::label::<#kind>()),
        };
        quote!(#pattern => #label)
    });
    quote! {
        __reader.untagged(
            __at,
            #count,
            |__index| match __index { #(#labels),* },
            |__reader, __index| -> ::std::result::Result<Self, __avocet::read::Failure> {
                match __index { #(#arms)* }
            },
        )?
    }
}
