//! The implementation of `Model`.

use proc_macro2::TokenStream;
use quote::quote;

use super::super::model::{Absence, Field, Model, Object, Shape, Sides};
use super::{Printed, argument_names, implement, tagged, text};
use crate::vocabulary::Default;

pub(super) fn describe(model: &Model, printed: &Printed) -> TokenStream {
    let implementation = implement(model, &quote!(::avocet::model::Model));
    let name = name(model);
    let body = body(model, printed);
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

            fn schema(__schemas: &mut ::avocet::model::Schemas) -> ::avocet::model::Schema {
                #assertions
                #rule_assertions
                __schemas.named::<Self>(|__schemas| { #body })
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
    let description = text(&model.description);
    match &model.shape {
        Shape::Object(object) => {
            let members = members(object, &printed.rules[0], model.sides);
            let closed = object.closed.then(|| quote!(.closed()));
            quote!(::avocet::__private::Members::new(__schemas) #(#members)* .object(#description) #closed)
        }
        Shape::Newtype(field) => {
            let (kind, rules) = (&field.kind, &printed.own_rules);
            let described = [&*model.description, &field.description]
                .into_iter()
                .find(|it| !it.is_empty());
            let description = text(described.unwrap_or_default());
            let examples = &field.examples;
            let examples = (!examples.is_empty()).then(|| {
                quote!(.with("examples", ::avocet::__private::examples(&[#(::avocet::__private::json(&#examples)),*])))
            });
            quote!(::avocet::__private::describe_newtype::<#kind>(__schemas, #rules, #description) #examples)
        }
        Shape::Units(units) => {
            let names = units.iter().map(|unit| text(&unit.wire));
            quote!(::avocet::model::Schema::one_of_values([#(#names),*]).describe(#description))
        }
        Shape::Tagged {
            tag,
            closed,
            variants,
        } => tagged::describe(model, tag, *closed, variants, printed),
    }
}

/// One call for each field that is on the wire.
pub(super) fn members(object: &Object, rules: &[TokenStream], sides: Sides) -> Vec<TokenStream> {
    let fields = object.fields.iter().zip(rules);
    fields
        .filter(|(field, _)| (field.reads && sides.reads()) || (field.answers && sides.answers()))
        .map(|(field, rules)| {
            let member = member(field, rules, sides);
            quote!(.with(#member))
        })
        .collect()
}

fn member(field: &Field, rules: &TokenStream, sides: Sides) -> TokenStream {
    let (kind, wire) = (&field.kind, text(&field.wire));
    let mut printed = quote!(::avocet::__private::Member::of::<#kind>(#wire));
    if field.reads && sides.reads() {
        match &field.absence {
            Absence::OfType => printed.extend(quote!(.sent_unless_absent::<#kind>())),
            Absence::Problem => {}
            Absence::Default(default) => {
                let value = default_json(default, field, sides);
                printed.extend(quote!(.default(#value)));
            }
        }
    }
    match (field.reads, field.answers) {
        (true, false) => printed.extend(quote!(.only_read())),
        (false, true) => printed.extend(quote!(.only_answered())),
        _ => {}
    }
    if field.left_out_if.is_some() {
        printed.extend(quote!(.not_always_answered()));
    }
    if !field.rules.is_empty() {
        printed.extend(quote!(.rules(#rules)));
    }
    if !field.description.is_empty() {
        let description = text(&field.description);
        printed.extend(quote!(.description(#description)));
    }
    if field.deprecated {
        printed.extend(quote!(.deprecated()));
    }
    let examples = &field.examples;
    printed.extend(quote!(#(.example(#examples))*));
    printed
}

/// The default's JSON, for the document. A type that is only read need not be serializable: its literals say it.
fn default_json(default: &Default, field: &Field, sides: Sides) -> TokenStream {
    let kind = &field.kind;
    if sides.answers() && field.answers {
        let value = default.value();
        // As the reader has it, so that a value of another type is one error.
        quote!(::avocet::__private::default_json(|| -> #kind { #value }))
    } else if let Some(literal) = default.literal() {
        quote!(::avocet::__private::json(&#literal))
    } else {
        quote!(::std::option::Option::None)
    }
}
