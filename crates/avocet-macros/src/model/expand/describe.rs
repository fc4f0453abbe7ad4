//! The implementation of `Model`.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use super::super::model::{Model, Shape, UnitForm};
use super::implementation::implement;
use super::members::members;
use super::names::{argument_names, text};
use super::printed::Printed;
use super::{tagged, units, untagged};

pub(super) fn describe(model: &Model, printed: &Printed) -> TokenStream {
    let implementation = implement(model, &quote!(__avocet::model::Model));
    let name = name(model);
    let body = body(model, printed);
    let schema = match &model.shape {
        Shape::Units(_, UnitForm::Literal | UnitForm::LiteralValues) => body,
        Shape::Untagged(_) => quote!(__schemas.inline::<Self>(|__schemas| { #body })),
        _ if model.inline => quote!(__schemas.inline::<Self>(|__schemas| { #body })),
        _ => quote!(__schemas.named::<Self>(|__schemas| { #body })),
    };
    let Printed {
        assertions,
        rule_assertions,
        ..
    } = printed;
    quote! {
        #implementation {
            fn name() -> ::std::string::String {
                #name
            }

            fn schema(__schemas: &mut __avocet::model::Schemas) -> __avocet::model::Schema {
                #assertions
                #rule_assertions
                #schema
            }
        }
    }
}

fn name(model: &Model) -> TokenStream {
    let name = text(&model.name);
    let arguments = argument_names(&model.generics);
    if arguments.is_empty() {
        return quote!(::std::string::String::from(#name));
    }
    let pattern = format!("{{}}_{}_", vec!["{}"; arguments.len()].join("_"));
    quote!(::std::format!(#pattern, #name, #(#arguments),*))
}

fn body(model: &Model, printed: &Printed) -> TokenStream {
    let description = model.description.to_token_stream();
    match &model.shape {
        Shape::Object(object) => {
            let members = members(object, &printed.rules[0], model.sides);
            let closed = object.closed.then(|| quote!(.closed()));
            quote!(__avocet::__private::Members::new(__schemas) #(#members)* .object(#description) #closed)
        }
        Shape::Newtype(field) => {
            let (kind, rules) = (&field.kind, &printed.own_rules);
            let described = [&model.description, &field.description];
            let description = described.into_iter().find(|it| !it.is_empty());
            let description = description.unwrap_or(&model.description);
            let examples = &field.examples;
            let examples = (!examples.is_empty()).then(|| {
                quote!(.with("examples", __avocet::__private::examples(&[#(__avocet::__private::json(&#examples)),*])))
            });
            if field.null_not_finite.is_some() {
                return quote! {
                    __avocet::__private::describe_newtype_as(
                        __avocet::__private::describe_or_null::<#kind>, __schemas, #rules, #description
                    ) #examples
                };
            }
            quote!(__avocet::__private::describe_newtype::<#kind>(__schemas, #rules, #description) #examples)
        }
        Shape::Units(units, form) => units::describe(units, *form, &description),
        Shape::Tagged {
            tag,
            content,
            closed,
            variants,
        } => {
            let form = tagged::Form {
                tag,
                content: content.as_deref(),
                closed: *closed,
                variants,
            };
            form.describe(model, printed)
        }
        Shape::Untagged(variants) => untagged::describe(model, variants, printed),
    }
}
