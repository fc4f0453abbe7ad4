//! The implementation of serde's `Serialize`, with the names of the reader and the schema.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::Member;
use syn::spanned::Spanned;

use super::super::model::{Content, Field, Foreign, Model, Object, Shape, UnitForm, Variant};
use super::implementation::implement;
use super::names::text;
use super::printed::Printed;
use super::units;
use crate::calls;

pub(super) fn serialize(model: &Model, printed: &Printed) -> TokenStream {
    let implementation = implement(model, &quote!(__avocet::__private::serde::Serialize));
    let assertions = &printed.assertions;
    let name = text(&model.ident.to_string());
    let body = match &model.shape {
        Shape::Object(object) => {
            let own = own_members(&name, object);
            let flat = object.flat().map(|field| &field.member);
            match object.flat().next() {
                None => own,
                Some(_) => {
                    let own = quote!(__avocet::__private::Part::<Self, 0>(self));
                    let joined = flat.fold(own, |first, second| {
                        quote!(__avocet::__private::Joined { first: &#first, second: &self.#second })
                    });
                    quote!(__avocet::__private::serde::Serialize::serialize(&#joined, __serializer))
                }
            }
        }
        Shape::Newtype(field) => {
            let member = &field.member;
            let function = if field.null_not_finite.is_some() {
                "serialize_itself_or_null"
            } else {
                "serialize"
            };
            calls::bound_and_inferred(function, &field.kind, quote!(&self.#member, __serializer))
        }
        Shape::Units(units, UnitForm::Integers) => {
            let idents = units.iter().map(|unit| &unit.ident);
            let numbers = units::numbers(units);
            quote!(__serializer.serialize_i64(match self { #(Self::#idents => #numbers,)* }))
        }
        Shape::Units(units, UnitForm::Values | UnitForm::LiteralValues) => {
            let arms = units::written(units);
            quote!(match self { #(#arms)* })
        }
        Shape::Units(units, UnitForm::Names | UnitForm::Literal) => {
            let idents = units.iter().map(|unit| &unit.ident);
            let names = units.iter().map(|unit| text(&unit.wire));
            quote!(__serializer.serialize_str(match self { #(Self::#idents => #names,)* }))
        }
        Shape::Tagged {
            tag,
            content,
            variants,
            ..
        } => {
            let arms = variants.iter().enumerate().map(|(index, variant)| {
                let object = Written {
                    name: &name,
                    tag: Some((text(tag), text(&variant.wire))),
                };
                match content {
                    Some(content) => object.beside(index, variant, &text(content)),
                    None => object.variant(variant),
                }
            });
            quote!(match self { #(#arms)* })
        }
        Shape::Untagged(variants) => {
            let arms = variants.iter().map(|variant| {
                Written {
                    name: &name,
                    tag: None,
                }
                .variant(variant)
            });
            quote!(match self { #(#arms)* })
        }
    };
    let parts = parts(model, &name);
    quote! {
        #parts

        #implementation {
            fn serialize<__S: __avocet::__private::serde::Serializer>(
                &self,
                __serializer: __S,
            ) -> ::std::result::Result<__S::Ok, __S::Error> {
                #assertions
                #body
            }
        }
    }
}

/// Returns the members of a struct that do not come from flattened fields.
fn own_members(name: &TokenStream, object: &Object) -> TokenStream {
    let fields = members(object, &|field| {
        let member = &field.member;
        quote!(&self.#member)
    });
    Written { name, tag: None }.object(object, &fields)
}

/// Returns the output fields, each with an expression for a reference to its value.
fn members<'m>(
    object: &'m Object,
    value: &dyn Fn(&Field) -> TokenStream,
) -> Vec<(&'m Field, TokenStream)> {
    object
        .fields
        .iter()
        .filter(|field| field.responses && field.flatten.is_none())
        .map(|field| (field, value(field)))
        .collect()
}

/// A value that is serialized as an object.
struct Written<'m> {
    name: &'m TokenStream,
    /// The first member, and its value.
    tag: Option<(TokenStream, TokenStream)>,
}

impl Written<'_> {
    fn object(&self, object: &Object, fields: &[(&Field, TokenStream)]) -> TokenStream {
        let name = self.name;
        let most = fields.len() + usize::from(self.tag.is_some());
        let left_out = fields.iter().filter_map(|(field, value)| {
            let path = field.left_out_if.as_ref()?;
            Some(quote_spanned!(path.span()=> - usize::from(#path(#value))))
        });
        let tag = self
            .tag
            .as_ref()
            .map(|(tag, wire)| quote!(__object.serialize_field(#tag, #wire)?;));
        let written = fields.iter().map(|(field, value)| {
            let wire = text(&field.wire);
            let function = if field.foreign.is_some() {
                "serialize_foreign"
            } else if field.null_not_finite.is_some() {
                "serialize_finite_or_null"
            } else {
                "serialize_member"
            };
            let write = match &field.foreign {
                Some(Foreign { writes_with: Some(_), .. }) => {
                    let part = part_of(object, field);
                    quote!(__object.serialize_field(#wire, &__avocet::__private::Part::<Self, #part>(self)))
                }
                _ => calls::bound_and_inferred(
                    function,
                    &field.kind,
                    quote!(&mut __object, #wire, #value),
                ),
            };
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
            use __avocet::__private::serde::ser::SerializeStruct as _;
            let #mutable __object = __serializer.serialize_struct(#name, #most #(#left_out)*)?;
            #tag
            #(#written)*
            __object.end()
        }}
    }

    /// Returns the arm of a variant whose members are in the same object as the tag, if there is a tag.
    fn variant(&self, variant: &Variant) -> TokenStream {
        let ident = &variant.ident;
        match (&variant.content, &self.tag) {
            (Content::Nothing, None) => quote!(Self::#ident => __serializer.serialize_unit(),),
            (Content::Nothing, Some(_)) => {
                let body = self.object(&Object::EMPTY, &[]);
                quote!(Self::#ident => #body,)
            }
            (Content::Fields(object), _) => {
                let (patterns, fields) = bindings(object);
                let body = self.object(object, &fields);
                quote!(Self::#ident { #(#patterns,)* .. } => #body,)
            }
            (Content::Model(kind), Some((tag, wire))) => {
                let body = calls::bound_and_inferred(
                    "serialize_variant",
                    kind,
                    quote!(__model, #tag, #wire, __serializer),
                );
                quote!(Self::#ident(__model) => #body,)
            }
            (Content::Model(kind), None) => {
                let body =
                    calls::bound_and_inferred("serialize", kind, quote!(__model, __serializer));
                quote!(Self::#ident(__model) => #body,)
            }
        }
    }

    /// Returns the arm of a variant whose content is a member beside the tag.
    fn beside(&self, index: usize, variant: &Variant, content: &TokenStream) -> TokenStream {
        let (ident, name) = (&variant.ident, self.name);
        let Some((tag, wire)) = &self.tag else {
            return TokenStream::new();
        };
        let (pattern, write) = match &variant.content {
            Content::Nothing => return self.variant(variant),
            Content::Fields(_) => (
                quote!(Self::#ident { .. }),
                quote!(__object.serialize_field(#content, &__avocet::__private::Part::<Self, #index>(self))),
            ),
            Content::Model(kind) => (
                quote!(Self::#ident(__model)),
                calls::bound_and_inferred(
                    "serialize_member",
                    kind,
                    quote!(&mut __object, #content, __model),
                ),
            ),
        };
        quote! {
            #pattern => {
                use __avocet::__private::serde::ser::SerializeStruct as _;
                let mut __object = __serializer.serialize_struct(#name, 2)?;
                __object.serialize_field(#tag, #wire)?;
                #write?;
                __object.end()
            }
        }
    }
}

/// Returns the patterns that bind the output fields, and each field with its bound value.
fn bindings(object: &Object) -> (Vec<TokenStream>, Vec<(&Field, TokenStream)>) {
    let named = object
        .fields
        .iter()
        .filter(|field| field.responses)
        .filter_map(|field| match &field.member {
            Member::Named(ident) => Some((ident, field)),
            Member::Unnamed(_) => None,
        });
    named
        .enumerate()
        .map(|(index, (ident, field))| {
            let binding = quote::format_ident!("__member_{index}");
            (quote!(#ident: #binding), (field, quote!(#binding)))
        })
        .unzip()
}

/// Returns the number of the part for a field that a serde function writes.
fn part_of(object: &Object, field: &Field) -> usize {
    let before = object
        .fields
        .iter()
        .take_while(|it| it.member != field.member);
    before.count() + 1
}

/// Returns the parts of a value that are serialized separately: contents beside a tag, which have no named type, the output of serde's
/// functions, and the members beside flattened fields.
fn parts(model: &Model, name: &TokenStream) -> TokenStream {
    match &model.shape {
        Shape::Object(object) => {
            let own = object
                .flat()
                .next()
                .is_some()
                .then(|| part(model, &quote!(0), &own_members(name, object)));
            let foreign = object.fields.iter().filter_map(|field| {
                let path = field.foreign.as_ref()?.writes_with.as_ref()?;
                let member = &field.member;
                let body = quote_spanned!(path.span()=> #path(&self.#member, __serializer));
                let number = part_of(object, field);
                Some(part(model, &quote!(#number), &body))
            });
            own.into_iter().chain(foreign).collect()
        }
        Shape::Tagged {
            content: Some(_),
            variants,
            ..
        } => variants
            .iter()
            .enumerate()
            .filter_map(|(index, variant)| {
                let Content::Fields(object) = &variant.content else {
                    return None;
                };
                let ident = &variant.ident;
                let (patterns, fields) = bindings(object);
                let body = Written { name, tag: None }.object(object, &fields);
                let body = quote! {
                    match self {
                        Self::#ident { #(#patterns,)* .. } => #body,
                        // Called only where the variant is known.
                        #[allow(unreachable_patterns, reason = "an enum may have one variant")]
                        _ => __serializer.serialize_unit(),
                    }
                };
                Some(part(model, &quote!(#index), &body))
            })
            .collect(),
        _ => TokenStream::new(),
    }
}

fn part(model: &Model, number: &TokenStream, body: &TokenStream) -> TokenStream {
    let implementation = implement(model, &quote!(__avocet::__private::SerializePart<#number>));
    quote! {
        #implementation {
            fn serialize_part<__S: __avocet::__private::serde::Serializer>(
                &self,
                __serializer: __S,
            ) -> ::std::result::Result<__S::Ok, __S::Error> {
                #body
            }
        }
    }
}
