//! The implementation of serde's `Serialize`, by the same names that are read and described.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Ident, Member};

use super::super::model::{Content, Field, Model, Object, Shape, Variant};
use super::{Printed, implement, text};
use crate::calls;

pub(super) fn serialize(model: &Model, printed: &Printed) -> TokenStream {
    let implementation = implement(model, &quote!(::avocet::__private::serde::Serialize));
    let assertions = &printed.assertions;
    let name = text(&model.ident.to_string());
    let body = match &model.shape {
        Shape::Object(object) => {
            let fields = members(object, &|field| {
                let member = &field.member;
                quote!(&self.#member)
            });
            in_object(&name, object, None, &fields)
        }
        Shape::Newtype(field) => {
            let member = &field.member;
            calls::bound_and_serializer(
                "serialize",
                &field.kind,
                quote!(&self.#member, __serializer),
            )
        }
        Shape::Units(units) => {
            let arms = units.iter().map(|unit| {
                let (ident, wire) = (&unit.ident, text(&unit.wire));
                quote!(Self::#ident => #wire,)
            });
            quote!(__serializer.serialize_str(match self { #(#arms)* }))
        }
        Shape::Tagged { tag, variants, .. } => {
            let tag = text(tag);
            let arms = variants.iter().map(|it| variant(&name, &tag, it));
            quote!(match self { #(#arms)* })
        }
    };
    quote! {
        #implementation {
            fn serialize<__S: ::avocet::__private::serde::Serializer>(
                &self,
                __serializer: __S,
            ) -> ::std::result::Result<__S::Ok, __S::Error> {
                #assertions
                #body
            }
        }
    }
}

/// The fields that are answered, each with an expression for a reference to its value.
fn members<'m>(
    object: &'m Object,
    value: &dyn Fn(&Field) -> TokenStream,
) -> Vec<(&'m Field, TokenStream)> {
    object
        .fields
        .iter()
        .filter(|field| field.answers)
        .map(|field| (field, value(field)))
        .collect()
}

fn in_object(
    name: &TokenStream,
    object: &Object,
    tag: Option<(&TokenStream, &TokenStream)>,
    fields: &[(&Field, TokenStream)],
) -> TokenStream {
    let most = fields.len() + usize::from(tag.is_some());
    let left_out = fields.iter().filter_map(|(field, value)| {
        let path = field.left_out_if.as_ref()?;
        Some(quote_spanned!(path.span()=> - usize::from(#path(#value))))
    });
    let tag = tag.map(|(tag, wire)| quote!(__object.serialize_field(#tag, #wire)?;));
    let written = fields.iter().map(|(field, value)| {
        let wire = text(&field.wire);
        let write = calls::bound_and_serializer(
            "serialize_member",
            &field.kind,
            quote!(&mut __object, #wire, #value),
        );
        match &field.left_out_if {
            Some(path) => quote! {
                if #path(#value) {
                    __object.skip_field(#wire)?;
                } else {
                    #write?;
                }
            },
            None => quote!(#write?;),
        }
    });
    let is_empty = most == 0 || object.fields.is_empty() && tag.is_none();
    let mutable = (!is_empty).then(|| quote!(mut));
    quote! {{
        use ::avocet::__private::serde::ser::SerializeStruct as _;
        let #mutable __object = __serializer.serialize_struct(#name, #most #(#left_out)*)?;
        #tag
        #(#written)*
        __object.end()
    }}
}

fn variant(name: &TokenStream, tag: &TokenStream, variant: &Variant) -> TokenStream {
    let (ident, wire) = (&variant.ident, text(&variant.wire));
    match &variant.content {
        Content::Nothing => {
            let body = in_object(
                name,
                &Object {
                    fields: Vec::new(),
                    closed: false,
                },
                Some((tag, &wire)),
                &[],
            );
            quote!(Self::#ident => #body,)
        }
        Content::Fields(object) => {
            let named: Vec<(&Ident, &Field)> = object
                .fields
                .iter()
                .filter(|field| field.answers)
                .filter_map(|field| match &field.member {
                    Member::Named(ident) => Some((ident, field)),
                    Member::Unnamed(_) => None,
                })
                .collect();
            let bound = |index: usize| quote::format_ident!("__member_{index}");
            let patterns = named.iter().enumerate().map(|(index, (ident, _))| {
                let binding = bound(index);
                quote!(#ident: #binding)
            });
            let fields: Vec<_> = named
                .iter()
                .enumerate()
                .map(|(index, (_, field))| {
                    let binding = bound(index);
                    (*field, quote!(#binding))
                })
                .collect();
            let body = in_object(name, object, Some((tag, &wire)), &fields);
            quote!(Self::#ident { #(#patterns,)* .. } => #body,)
        }
        Content::Model(kind) => {
            let body = calls::bound_and_serializer(
                "serialize_variant",
                kind,
                quote!(__model, #tag, #wire, __serializer),
            );
            quote!(Self::#ident(__model) => #body,)
        }
    }
}
