//! The description of an object's members.

use proc_macro2::TokenStream;
use quote::quote;

use super::super::model::{Absence, Field, Object, Sides};
use super::names::text;
use crate::vocabulary::Default;

/// Returns one call for each field that is on the wire.
pub(super) fn members(object: &Object, rules: &[TokenStream], sides: Sides) -> Vec<TokenStream> {
    let fields = object.fields.iter().zip(rules);
    fields
        .filter(|(field, _)| {
            (field.reads && sides.reads()) || (field.responses && sides.responses())
        })
        .map(|(field, rules)| {
            if field.flatten.is_some() {
                let kind = &field.kind;
                return quote!(.flat::<#kind>());
            }
            let member = member(field, rules, sides);
            quote!(.with(#member))
        })
        .collect()
}

fn member(field: &Field, rules: &TokenStream, sides: Sides) -> TokenStream {
    let (kind, wire) = (&field.kind, text(&field.wire));
    let foreign = field.foreign.as_ref();
    let mut printed = match foreign.map(|foreign| &foreign.schema) {
        None => quote!(__avocet::__private::Member::of::<#kind>(#wire)),
        Some(None) => {
            quote!(__avocet::__private::Member::described(#wire, |_| __avocet::model::Schema::any()))
        }
        Some(Some(schema)) => quote!(__avocet::__private::Member::described(#wire, #schema)),
    };
    if field.reads && sides.reads() {
        match &field.absence {
            Absence::OfType => match foreign {
                None => printed.extend(quote!(.sent_unless_absent::<#kind>())),
                Some(foreign) if foreign.reads_with.is_none() => {
                    printed.extend(quote!(.sent_unless_absent_for_serde::<#kind>()));
                }
                Some(_) => {}
            },
            Absence::ValidationError => {}
            Absence::Default(default) => {
                let value = default_json(default, field, sides);
                printed.extend(quote!(.default(#value)));
            }
        }
    }
    match (field.reads, field.responses) {
        (true, false) => printed.extend(quote!(.only_read())),
        (false, true) => printed.extend(quote!(.only_answered())),
        _ => {}
    }
    if field.left_out_if.is_some() {
        printed.extend(quote!(.not_always_answered()));
    }
    if field.null_not_finite.is_some() {
        printed.extend(quote!(.finite_or_null()));
    }
    if !field.rules.is_empty() {
        printed.extend(quote!(.rules(#rules)));
    }
    if !field.description.is_empty() {
        let description = &field.description;
        printed.extend(quote!(.description(#description)));
    }
    if field.empty_is_absent.is_some() {
        printed.extend(quote!(.empty_is_absent()));
    }
    if field.deprecated {
        printed.extend(quote!(.deprecated()));
    }
    let examples = &field.examples;
    printed.extend(quote!(#(.example(#examples))*));
    if !field.aliases.is_empty() {
        let aliases = field.aliases.iter().map(|alias| text(alias));
        printed.extend(quote!(.aliases(&[#(#aliases),*])));
    }
    if field.renamed && field.wire.contains('_') {
        printed.extend(quote!(.verbatim()));
    }
    printed
}

/// Returns the default's JSON for the document. An input-only type need not be serializable, because its literals give the JSON.
fn default_json(default: &Default, field: &Field, sides: Sides) -> TokenStream {
    let kind = &field.kind;
    if sides.responses() && field.responses && field.foreign.is_none() {
        let value = default.value();
        // The same expression as in the reader, so that a value of the wrong type is one error.
        quote!(__avocet::__private::default_json(|| -> #kind { #value }))
    } else if let Some(literal) = default.literal() {
        quote!(__avocet::__private::json(&#literal))
    } else {
        quote!(::std::option::Option::None)
    }
}
