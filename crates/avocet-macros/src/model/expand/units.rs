//! Enums whose variants hold nothing: the table of names or numbers, and reading them from parameters.

use proc_macro2::TokenStream;
use quote::quote;

use super::super::model::{Model, Unit, UnitForm};
use super::{implement, text};

pub(super) fn units(model: &Model, units: &[Unit], form: UnitForm) -> TokenStream {
    let key = key(model, units);
    if !model.sides.reads() {
        return key;
    }
    let from_key = from_key(model, units, form);
    let (table, from_text) = match form {
        UnitForm::Names => (names(model, units, "enum"), quote!(unit_from_text)),
        UnitForm::Literal => (names(model, units, "literal_error"), quote!(unit_from_text)),
        UnitForm::Integers => (integers(model, units), quote!(integer_unit_from_text)),
    };
    let implementation = implement(model, &quote!(::avocet::read::FromText));
    quote! {
        #table
        #key
        #from_key

        #implementation {
            fn from_text(
                __text: &str,
                __at: &::avocet::read::Location<'_>,
                _: &::avocet::rules::Rules,
                __problems: &mut ::avocet::read::ValidationErrors,
            ) -> ::std::result::Result<Self, ::avocet::read::Invalid> {
                ::avocet::__private::#from_text(&__AVOCET_UNITS, __text, __at, __problems)
            }
        }
    }
}

/// The names, or the numbers as texts, are the keys of a map.
fn key(model: &Model, units: &[Unit]) -> TokenStream {
    let implementation = implement(model, &quote!(::avocet::model::Key));
    let names = units.iter().map(|unit| text(&unit.wire));
    let others = units.iter().any(|unit| unit.is_other);
    quote! {
        #implementation {
            fn key_schema() -> ::avocet::model::Schema {
                ::avocet::__private::describe_keys(&[#(#names),*], #others)
            }
        }
    }
}

fn from_key(model: &Model, units: &[Unit], form: UnitForm) -> TokenStream {
    let implementation = implement(model, &quote!(::avocet::model::FromKey));
    let distinct = units
        .iter()
        .all(|unit| !unit.is_other && unit.aliases.is_empty());
    let (check, find) = match form {
        UnitForm::Names | UnitForm::Literal => (
            quote!(check_unit_key),
            quote!((__AVOCET_UNITS.find)(&__key)),
        ),
        UnitForm::Integers => (
            quote!(check_integer_unit_key),
            quote!(::avocet::__private::integer_unit_from_key(
                &__AVOCET_UNITS,
                &__key
            )),
        ),
    };
    quote! {
        #implementation {
            const DISTINCT: bool = #distinct;

            fn check_key(
                __key: &str,
                __at: &::avocet::read::Location<'_>,
                __rules: &::avocet::rules::Rules,
                __problems: &mut ::avocet::read::ValidationErrors,
            ) -> ::std::result::Result<(), ::avocet::read::Invalid> {
                ::avocet::__private::#check(&__AVOCET_UNITS, __key, __at, __rules, __problems)
            }

            fn from_key(__key: ::std::borrow::Cow<'_, str>) -> ::std::option::Option<Self> {
                #find
            }
        }
    }
}

fn names(model: &Model, units: &[Unit], code: &str) -> TokenStream {
    let ident = &model.ident;
    let names = all_names(units);
    let arms = units.iter().map(|unit| {
        let variant = &unit.ident;
        let names = names_of(unit);
        quote!(#(#names)|* => ::std::option::Option::Some(#ident::#variant),)
    });
    let others = match units.iter().find(|unit| unit.is_other) {
        Some(Unit { ident: other, .. }) => quote!(::std::option::Option::Some(#ident::#other)),
        None => quote!(::std::option::Option::None),
    };
    quote! {
        static __AVOCET_UNITS: ::avocet::__private::Units<#ident> = ::avocet::__private::Units {
            code: #code,
            names: &[#(#names),*],
            find: |__name| match __name {
                #(#arms)*
                _ => #others,
            },
        };
    }
}

/// Every name that is read, those of one variant together.
fn all_names(units: &[Unit]) -> Vec<TokenStream> {
    units.iter().flat_map(names_of).collect()
}

/// The name of a variant, and its aliases.
fn names_of(unit: &Unit) -> impl Iterator<Item = TokenStream> + '_ {
    std::iter::once(&unit.wire)
        .chain(&unit.aliases)
        .map(|name| text(name))
}

fn integers(model: &Model, units: &[Unit]) -> TokenStream {
    let ident = &model.ident;
    let numbers = numbers(units);
    let arms = units.iter().zip(&numbers).map(|(unit, number)| {
        let variant = &unit.ident;
        quote!(#number => ::std::option::Option::Some(#ident::#variant),)
    });
    quote! {
        static __AVOCET_UNITS: ::avocet::__private::IntegerUnits<#ident> = ::avocet::__private::IntegerUnits {
            numbers: &[#(#numbers),*],
            find: |__number| match __number {
                #(#arms)*
                _ => ::std::option::Option::None,
            },
        };
    }
}

/// The numbers of an enum that stands for integers.
pub(super) fn numbers(units: &[Unit]) -> Vec<TokenStream> {
    units
        .iter()
        .filter_map(|unit| unit.wire.parse().ok())
        .collect()
}

/// The description: where names are used, or as a model of its own.
pub(super) fn describe(units: &[Unit], form: UnitForm, description: &TokenStream) -> TokenStream {
    if form == UnitForm::Integers {
        let numbers = numbers(units);
        return quote!(::avocet::model::Schema::one_of_values([#(#numbers),*]).describe(#description));
    }
    let names = all_names(units);
    let others = units.iter().any(|unit| unit.is_other);
    quote!(::avocet::__private::describe_units(&[#(#names),*], #others, #description))
}
