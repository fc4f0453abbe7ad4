//! Expansion: the user's item, followed by one block with the tables and the implementations.

mod describe;
mod newtype;
mod read;
mod response;
mod serialize;
mod stubs;
mod tagged;
mod units;
mod untagged;

pub(super) use stubs::stubs;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::{DeriveInput, GenericParam, Generics, Ident, Type};

use super::model::{Model, Object, Shape, Sides, Variant};
use crate::calls;
use crate::crate_path::CratePath;
use crate::tables::Tables;

pub(super) fn expand(model: &Model, item: &DeriveInput, avocet: &CratePath) -> TokenStream {
    let printed = Printed::of(model);
    let describe = describe::describe(model, &printed);
    let read = model.sides.reads().then(|| read::read(model, &printed));
    let response = model.sides.responses().then(|| response::response(model));
    let more = match &model.shape {
        Shape::Newtype(field) => newtype::newtype(model, field, &printed),
        Shape::Units(units, form) => units::units(model, units, *form),
        Shape::Object(_) | Shape::Tagged { .. } | Shape::Untagged(_) => TokenStream::new(),
    };
    let serialize = (model.sides.responses() && !model.serializes_itself)
        .then(|| serialize::serialize(model, &printed));
    let has_members = model.has_members().then(|| {
        let implementation = implement(model, &quote!(__avocet::model::HasMembers));
        quote!(#implementation {})
    });
    let parameters = (model.sides.reads() && model.is_made_of_fields()).then(|| parameters(model));
    let (import, tables) = (avocet.import(), &printed.tables);
    quote! {
        #item

        const _: () = {
            #import
            #tables
            #more
            #describe
            #has_members
            #read
            #parameters
            #serialize
            #response
        };
    }
}

/// Tokens that several implementations refer to.
struct Printed {
    tables: Tables,
    /// For each field of each object, in order: a reference to its rules.
    rules: Vec<Vec<TokenStream>>,
    /// The rules of a newtype itself.
    own_rules: TokenStream,
    /// Statements that make a wrong field type one error at the type, in whichever implementation comes first.
    assertions: TokenStream,
    /// Statements that make a rule on a value of the wrong kind an error at the field's type.
    rule_assertions: TokenStream,
}

impl Printed {
    fn of(model: &Model) -> Self {
        let mut tables = Tables::default();
        let rules = model
            .objects()
            .map(|object| {
                object
                    .fields
                    .iter()
                    .map(|field| tables.rules(&field.rules))
                    .collect()
            })
            .collect();
        let newtype = match &model.shape {
            Shape::Newtype(field) => Some(&**field),
            _ => None,
        };
        let own_rules = newtype.map_or_else(TokenStream::new, |field| tables.rules(&field.rules));
        let fields = || {
            model
                .objects()
                .flat_map(|object| &object.fields)
                .chain(newtype)
        };
        Self {
            tables,
            rules,
            own_rules,
            assertions: fields()
                .filter(|field| field.foreign.is_none())
                .map(|field| {
                    let form = if field.flatten.is_some() { "_flat" } else { "" };
                    let (read, answered) = (field.reads, field.responses);
                    assertion(&field.kind, model.sides.of(read, answered), form)
                })
                .chain(model.held().map(|kind| {
                    let form = if model.holds_beside_tag() {
                        "_members"
                    } else {
                        ""
                    };
                    assertion(kind, Some(model.sides), form)
                }))
                .collect(),
            rule_assertions: fields()
                .map(|field| {
                    let rules = field.rules.assertions(&field.kind);
                    let floats = field.null_not_finite.as_ref();
                    let floats = floats.map(|_| calls::assertion("has_floats", &field.kind));
                    quote!(#rules #floats)
                })
                .collect(),
        }
    }
}

/// Returns the statement that asserts that a type can be used on these sides, in the form that its position requires.
fn assertion(kind: &Type, sides: Option<Sides>, form: &str) -> TokenStream {
    let side = match sides {
        Some(Sides::Both) => "input_and_output",
        Some(Sides::Input) => "input",
        Some(Sides::Output) => "output",
        None => return TokenStream::new(),
    };
    calls::assertion(&format!("{side}{form}"), kind)
}

/// Returns the implementation of `FromParams`, with which each field can be a parameter.
fn parameters(model: &Model) -> TokenStream {
    let implementation = implement(model, &quote!(__avocet::extract::FromParams));
    quote! {
        #implementation {
            fn from_values(
                __values: &[&str],
                __at: &__avocet::read::Location<'_>,
                _: &__avocet::rules::Rules,
                __problems: &mut __avocet::read::ValidationErrors,
            ) -> ::std::result::Result<Self, __avocet::read::Invalid> {
                __avocet::__private::from_fields(__values, __at, __problems)
            }

            fn arity() -> __avocet::extract::Arity {
                __avocet::extract::Arity::Fields
            }
        }
    }
}

/// Returns the beginning of an implementation: `impl<…> Trait for Model<…> where …`, with a bound on every type parameter.
fn implement(model: &Model, of: &TokenStream) -> TokenStream {
    let mut generics = model.generics.clone();
    let bound = match model.sides {
        Sides::Both => quote!(__avocet::read::Input + __avocet::model::Output),
        Sides::Input => quote!(__avocet::read::Input),
        Sides::Output => quote!(__avocet::model::Output + ::std::marker::Send),
    };
    add_bound(&mut generics, &bound);
    let ident = &model.ident;
    let (parameters, arguments, wheres) = generics.split_for_impl();
    quote!(#[automatically_derived] impl #parameters #of for #ident #arguments #wheres)
}

fn add_bound(generics: &mut Generics, bound: &TokenStream) {
    let parameters: Vec<Ident> = generics
        .type_params()
        .map(|parameter| parameter.ident.clone())
        .collect();
    let wheres = generics.make_where_clause();
    for parameter in parameters {
        wheres
            .predicates
            .push(syn::parse_quote!(#parameter: #bound));
    }
}

/// Returns expressions for the names of the generic arguments, used in the name of the model.
fn argument_names(generics: &Generics) -> Vec<TokenStream> {
    let name = |parameter: &GenericParam| match parameter {
        GenericParam::Type(parameter) => {
            let ident = &parameter.ident;
            Some(quote!(<#ident as __avocet::model::Model>::name()))
        }
        GenericParam::Const(parameter) => {
            let ident = &parameter.ident;
            Some(quote!(::std::string::ToString::to_string(&#ident)))
        }
        GenericParam::Lifetime(_) => None,
    };
    generics.params.iter().filter_map(name).collect()
}

/// Returns the name of a variant in the document, as an expression of a string.
fn variant_name(variant: &Variant) -> TokenStream {
    match &variant.name {
        Some(name) => text(name),
        None => {
            let suffix = text(&variant.ident.unraw().to_string());
            quote!(&*(<Self as __avocet::model::Model>::name() + #suffix))
        }
    }
}

/// Returns the name of the variable that holds a field while its object is read.
fn slot(index: usize) -> Ident {
    quote::format_ident!("__field_{index}")
}

/// Returns the last arm of a reader, for members without a field.
fn other_members(object: &Object) -> TokenStream {
    if object.flat().next().is_some() {
        quote!(__rest.keep(&__key, __reader)?)
    } else if object.closed {
        quote!({
            __avocet::__private::closed(__reader, __at, &__key)?;
            __closed = false;
        })
    } else {
        quote!(__avocet::__private::unknown(__reader, &__key)?)
    }
}

/// Returns a string literal.
fn text(text: &str) -> TokenStream {
    syn::LitStr::new(text, proc_macro2::Span::call_site()).to_token_stream()
}
