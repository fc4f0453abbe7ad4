//! Enums whose variants are distinguished by a tag member.

use proc_macro2::TokenStream;
use quote::quote;

use super::super::model::{Content, Model, Variant};
use super::members::members;
use super::names::{text, variant_name};
use super::object::read_object;
use super::printed::Printed;

/// The wire format of the variants.
pub(super) struct Form<'m> {
    pub(super) tag: &'m str,
    /// The member that holds the variant's content, if the content is beside the tag.
    pub(super) content: Option<&'m str>,
    pub(super) closed: bool,
    pub(super) variants: &'m [Variant],
}

impl Form<'_> {
    pub(super) fn describe(&self, model: &Model, printed: &Printed) -> TokenStream {
        let (tag, description) = (text(self.tag), &model.description);
        let mut rules = printed.rules.iter();
        let described = self.variants.iter().enumerate().map(|(index, variant)| {
            let (wire, name) = (text(&variant.wire), variant_name(variant));
            let rules = match &variant.content {
                Content::Fields(_) => rules.next().map_or(&[][..], Vec::as_slice),
                Content::Nothing | Content::Model(_) => &[],
            };
            let body = self.describe_variant(variant, rules, model);
            quote! {
                (::std::string::String::from(#wire), __schemas.variant::<Self>(#index, #name, |__schemas| { #body }))
            }
        });
        let aliases = self.aliases();
        let aliases = (!aliases.is_empty()).then(|| quote!(.tag_aliases(&[#(#aliases),*])));
        quote! {
            let __variants = ::std::vec![#(#described),*];
            __avocet::model::Schema::tagged(#tag, __variants) #aliases .describe(#description)
        }
    }

    fn describe_variant(
        &self,
        variant: &Variant,
        rules: &[TokenStream],
        model: &Model,
    ) -> TokenStream {
        let description = &variant.description;
        let tag = self.tag_property(variant);
        let closed = self.closed.then(|| quote!(.closed()));
        let object = |members: &[TokenStream]| quote!(__avocet::__private::Members::tagged(__schemas, #tag) #(#members)* .object(#description) #closed);
        match (&variant.content, self.content) {
            (Content::Nothing, _) => object(&[]),
            (Content::Fields(fields), None) => object(&members(fields, rules, model.sides)),
            (Content::Model(kind), None) => {
                let (tag, tags) = (text(self.tag), tags(variant));
                quote! {
                    let __model = <#kind as __avocet::model::Model>::schema(__schemas);
                    __schemas.with_tag(&__model, #tag, &[#(#tags),*]).describe(#description)
                }
            }
            (Content::Fields(fields), Some(content)) => {
                let (members, content) = (members(fields, rules, model.sides), text(content));
                quote! {
                    let __content = __avocet::__private::Members::new(__schemas) #(#members)* .object("") #closed;
                    __avocet::__private::describe_content(#tag, #content, __content, false, #description) #closed
                }
            }
            (Content::Model(kind), Some(content)) => {
                let content = text(content);
                let optional = if model.sides.reads() {
                    quote!(__avocet::__private::may_be_absent::<#kind>(__schemas))
                } else {
                    quote!(false)
                };
                quote! {
                    let __content = <#kind as __avocet::model::Model>::schema(__schemas);
                    let __optional = #optional;
                    __avocet::__private::describe_content(#tag, #content, __content, __optional, #description) #closed
                }
            }
        }
    }

    fn tag_property(&self, variant: &Variant) -> TokenStream {
        let (tag, tags) = (text(self.tag), tags(variant));
        if !variant.is_other {
            return quote!(__avocet::__private::tag(#tag, &[#(#tags),*]));
        }
        let others = self.variants.iter().filter(|it| !it.is_other);
        let known = others
            .flat_map(|it| std::iter::once(&it.wire).chain(&it.aliases))
            .map(|name| text(name));
        quote!(__avocet::__private::other_tag(#tag, &[#(#known),*]))
    }

    pub(super) fn read(&self, printed: &Printed) -> TokenStream {
        let mut rules = printed.rules.iter();
        let last = self.variants.len().saturating_sub(1);
        let arms = self.variants.iter().enumerate().map(|(index, variant)| {
            let rules = match &variant.content {
                Content::Fields(_) => rules.next().map_or(&[][..], Vec::as_slice),
                Content::Nothing | Content::Model(_) => &[],
            };
            let body = self.read_variant(variant, rules);
            // The index is always one of the names', so the last arm matches without a test.
            let pattern = if index == last {
                quote!(_)
            } else {
                quote!(#index)
            };
            quote!(#pattern => { #body })
        });
        let variants = self.table();
        quote! {
            __reader.tagged(
                __at,
                #variants,
                |__reader, __index, __at| -> ::std::result::Result<Self, __avocet::read::Failure> {
                    match __index { #(#arms)* }
                },
            )?
        }
    }

    fn read_variant(&self, variant: &Variant, rules: &[TokenStream]) -> TokenStream {
        let (ident, closed) = (&variant.ident, self.closed);
        let failure = quote!(__avocet::read::Failure);
        match (&variant.content, self.content) {
            (Content::Nothing, _) => quote! {
                __avocet::__private::unit_variant(__reader, __at, #closed)?;
                ::std::result::Result::Ok(Self::#ident)
            },
            (Content::Fields(fields), None) => {
                let read = read_object(fields, rules, &quote!(Self::#ident));
                quote!(::std::result::Result::Ok({ #read }))
            }
            (Content::Model(kind), None) => quote! {
                <#kind as __avocet::input::Input>::read(__reader, __at, &__avocet::rules::Rules::NONE).map(Self::#ident)
            },
            (Content::Fields(fields), Some(content)) => {
                let content = text(content);
                let read = read_object(fields, rules, &quote!(Self::#ident));
                quote! {
                    __avocet::__private::read_content(
                        __reader, __at, #content, #closed, || ::std::option::Option::None,
                        |__reader, __at| -> ::std::result::Result<Self, #failure> {
                            ::std::result::Result::Ok({ #read })
                        },
                    )
                }
            }
            (Content::Model(kind), Some(content)) => {
                let content = text(content);
                quote! {
                    __avocet::__private::read_content(
                        __reader, __at, #content, #closed, <#kind as __avocet::input::Input>::absent,
                        |__reader, __at| <#kind as __avocet::input::Input>::read(__reader, __at, &__avocet::rules::Rules::NONE),
                    ).map(Self::#ident)
                }
            }
        }
    }

    /// Returns a reference to the table of names.
    fn table(&self) -> TokenStream {
        let tag = text(self.tag);
        let names = self.variants.iter().map(|variant| text(&variant.wire));
        let aliases = self.aliases();
        let aliases = (!aliases.is_empty()).then(|| quote!(.aliases(&[#(#aliases),*])));
        let other = self.variants.iter().position(|variant| variant.is_other);
        let other = other.map(|index| quote!(.other(#index)));
        quote! {
            const { &__avocet::read::Variants::new(#tag, &[#(#names),*]) #aliases #other }
        }
    }

    /// Returns the aliases of all variants, each paired with the index of its variant.
    fn aliases(&self) -> Vec<TokenStream> {
        let variants = self.variants.iter().enumerate();
        variants
            .flat_map(|(index, variant)| {
                variant
                    .aliases
                    .iter()
                    .map(move |alias| (index, text(alias)))
            })
            .map(|(index, alias)| quote!((#alias, #index)))
            .collect()
    }
}

/// Returns every tag that selects a variant, the variant's name first.
fn tags(variant: &Variant) -> Vec<TokenStream> {
    std::iter::once(&variant.wire)
        .chain(&variant.aliases)
        .map(|tag| text(tag))
        .collect()
}
