//! Enums told apart by a member.

use proc_macro2::TokenStream;
use quote::quote;

use super::super::model::{Content, Model, Variant};
use super::describe::members;
use super::read::read_object;
use super::{Printed, text};

pub(super) fn describe(
    model: &Model,
    tag: &str,
    closed: bool,
    variants: &[Variant],
    printed: &Printed,
) -> TokenStream {
    let (tag, description) = (text(tag), text(&model.description));
    let closed = closed.then(|| quote!(.closed()));
    let mut rules = printed.rules.iter();
    let described = variants.iter().enumerate().map(|(index, variant)| {
        let (wire, description) = (text(&variant.wire), text(&variant.description));
        let name = match &variant.name {
            Some(name) => text(name),
            None => {
                let suffix = text(&syn::ext::IdentExt::unraw(&variant.ident).to_string());
                quote!(&(<Self as ::avocet::model::Model>::name() + #suffix))
            }
        };
        let object = |members: &[TokenStream]| {
            quote!(::avocet::__private::Members::tagged(__schemas, #tag, #wire) #(#members)* .object(#description) #closed)
        };
        let body = match &variant.content {
            Content::Nothing => object(&[]),
            Content::Fields(fields) => {
                let rules = rules.next().map_or(&[][..], Vec::as_slice);
                object(&members(fields, rules, model.sides))
            }
            Content::Model(kind) => quote! {
                let __model = <#kind as ::avocet::model::Model>::schema(__schemas);
                __schemas.with_tag(&__model, #tag, #wire).describe(#description)
            },
        };
        quote! {
            (::std::string::String::from(#wire), __schemas.variant::<Self>(#index, #name, |__schemas| { #body }))
        }
    });
    quote! {
        let __variants = ::std::vec![#(#described),*];
        ::avocet::model::Schema::tagged(#tag, __variants).describe(#description)
    }
}

pub(super) fn read(
    tag: &str,
    closed: bool,
    variants: &[Variant],
    printed: &Printed,
) -> TokenStream {
    let tag = text(tag);
    let names = variants.iter().map(|variant| text(&variant.wire));
    let mut rules = printed.rules.iter();
    let last = variants.len().saturating_sub(1);
    let arms = variants.iter().enumerate().map(|(index, variant)| {
        let ident = &variant.ident;
        let body = match &variant.content {
            Content::Nothing => quote! {
                ::avocet::__private::unit_variant(__reader, __at, #closed)?;
                ::std::result::Result::Ok(Self::#ident)
            },
            Content::Fields(fields) => {
                let rules = rules.next().map_or(&[][..], Vec::as_slice);
                let read = read_object(fields, rules, &quote!(Self::#ident));
                quote!(::std::result::Result::Ok({ #read }))
            }
            Content::Model(kind) => quote! {
                <#kind as ::avocet::read::Input>::read(__reader, __at, &::avocet::rules::Rules::NONE).map(Self::#ident)
            },
        };
        // The index is one of the names', so the last arm need not say which it is.
        let pattern = if index == last { quote!(_) } else { quote!(#index) };
        quote!(#pattern => { #body })
    });
    quote! {
        __reader.tagged(
            __at,
            #tag,
            &[#(#names),*],
            |__reader, __index, __at| -> ::std::result::Result<Self, ::avocet::read::Failure> {
                match __index { #(#arms)* }
            },
        )?
    }
}
