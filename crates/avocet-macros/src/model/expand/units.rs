//! Enums with unit variants only: the table of names or numbers, and reading them from parameters.

use proc_macro2::TokenStream;
use quote::quote;

use super::super::model::{Constant, Model, Unit, UnitForm};
use super::implementation::implement;
use super::names::text;

pub(super) fn units(model: &Model, units: &[Unit], form: UnitForm) -> TokenStream {
    let key = key(model, units, form);
    if !model.sides.reads() {
        return key;
    }
    let from_key = from_key(model, units, form);
    let (table, from_text) = match form {
        UnitForm::Names => (names(model, units, "enum"), quote!(unit_from_text)),
        UnitForm::Literal => (names(model, units, "literal_error"), quote!(unit_from_text)),
        UnitForm::Integers => (integers(model, units), quote!(integer_unit_from_text)),
        UnitForm::Values => (constants(model, units, "enum"), quote!(constant_from_text)),
        UnitForm::LiteralValues => (
            constants(model, units, "literal_error"),
            quote!(constant_from_text),
        ),
    };
    let implementation = implement(model, &quote!(__avocet::input::FromText));
    quote! {
        #table
        #key
        #from_key

        #implementation {
            fn from_text(
                __text: &str,
                __at: &__avocet::read::Location<'_>,
                _: &__avocet::rules::Rules,
                __problems: &mut __avocet::read::ValidationErrors,
            ) -> ::std::result::Result<Self, __avocet::read::Invalid> {
                __avocet::__private::#from_text(&__AVOCET_UNITS, __text, __at, __problems)
            }
        }
    }
}

/// The names, or the numbers as strings, are the keys of a map. Constants of mixed types cannot be keys, because `1` and `"1"` are the same
/// key.
fn key(model: &Model, units: &[Unit], form: UnitForm) -> TokenStream {
    if is_of_constants(form) {
        return TokenStream::new();
    }
    let implementation = implement(model, &quote!(__avocet::types::Key));
    let names = all_names(units);
    let others = units.iter().any(|unit| unit.is_other);
    quote! {
        #implementation {
            fn key_schema() -> __avocet::model::Schema {
                __avocet::__private::describe_keys(&[#(#names),*], #others)
            }
        }
    }
}

fn is_of_constants(form: UnitForm) -> bool {
    matches!(form, UnitForm::Values | UnitForm::LiteralValues)
}

fn from_key(model: &Model, units: &[Unit], form: UnitForm) -> TokenStream {
    let implementation = implement(model, &quote!(__avocet::types::FromKey));
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
            quote!(__avocet::__private::integer_unit_from_key(
                &__AVOCET_UNITS,
                &__key
            )),
        ),
        UnitForm::Values | UnitForm::LiteralValues => return TokenStream::new(),
    };
    quote! {
        #implementation {
            const DISTINCT: bool = #distinct;

            fn check_key(
                __key: &str,
                __at: &__avocet::read::Location<'_>,
                __rules: &__avocet::rules::Rules,
                __problems: &mut __avocet::read::ValidationErrors,
            ) -> ::std::result::Result<(), __avocet::read::Invalid> {
                __avocet::__private::#check(&__AVOCET_UNITS, __key, __at, __rules, __problems)
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
        static __AVOCET_UNITS: __avocet::__private::Units<#ident> = __avocet::__private::Units {
            code: #code,
            names: &[#(#names),*],
            find: |__name| match __name {
                #(#arms)*
                _ => #others,
            },
        };
    }
}

fn constants(model: &Model, units: &[Unit], code: &str) -> TokenStream {
    let ident = &model.ident;
    let constants = units.iter().flat_map(constants_of);
    let arms = units.iter().map(|unit| {
        let variant = &unit.ident;
        let pattern = pattern(unit);
        quote!(#pattern => ::std::option::Option::Some(#ident::#variant),)
    });
    quote! {
        static __AVOCET_UNITS: __avocet::__private::Constants<#ident> = __avocet::__private::Constants {
            code: #code,
            values: &[#(#constants),*],
            find: |__constant| match __constant {
                #(#arms)*
                _ => ::std::option::Option::None,
            },
        };
    }
}

/// Returns the pattern of a variant's constant and its aliases.
fn pattern(unit: &Unit) -> TokenStream {
    let other = match &unit.value {
        None | Some(Constant::Text(_)) => None,
        Some(Constant::Integer(number)) => {
            Some(quote!(__avocet::__private::Constant::Integer(#number)))
        }
        Some(Constant::Boolean(boolean)) => {
            Some(quote!(__avocet::__private::Constant::Boolean(#boolean)))
        }
    };
    let texts: Vec<_> = match &other {
        None => names_of(unit).collect(),
        Some(_) => unit.aliases.iter().map(|alias| text(alias)).collect(),
    };
    let texts =
        (!texts.is_empty()).then(|| quote!(__avocet::__private::Constant::Text(#(#texts)|*)));
    let patterns = other.into_iter().chain(texts);
    quote!(#(#patterns)|*)
}

/// Returns a variant's constant and its aliases.
fn constants_of(unit: &Unit) -> Vec<TokenStream> {
    let texts = unit
        .aliases
        .iter()
        .map(|alias| Constant::Text(alias.clone()));
    let own = unit.value.clone();
    let own = own.unwrap_or_else(|| Constant::Text(unit.wire.clone()));
    std::iter::once(own)
        .chain(texts)
        .map(|constant| {
            let (kind, value) = match &constant {
                Constant::Text(name) => (quote!(Text), text(name)),
                Constant::Integer(number) => (quote!(Integer), quote!(#number)),
                Constant::Boolean(boolean) => (quote!(Boolean), quote!(#boolean)),
            };
            quote!(__avocet::__private::Constant::#kind(#value))
        })
        .collect()
}

/// Returns the arms that write each variant.
pub(super) fn written(units: &[Unit]) -> Vec<TokenStream> {
    let arms = units.iter().map(|unit| {
        let ident = &unit.ident;
        let write = match &unit.value {
            None => {
                let name = text(&unit.wire);
                quote!(serialize_str(#name))
            }
            Some(Constant::Text(name)) => {
                let name = text(name);
                quote!(serialize_str(#name))
            }
            Some(Constant::Integer(number)) => quote!(serialize_i64(#number)),
            Some(Constant::Boolean(boolean)) => quote!(serialize_bool(#boolean)),
        };
        quote!(Self::#ident => __serializer.#write,)
    });
    arms.collect()
}

/// Returns every name that is read, grouped by variant.
fn all_names(units: &[Unit]) -> Vec<TokenStream> {
    units.iter().flat_map(names_of).collect()
}

/// Returns the name of a variant and its aliases.
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
        static __AVOCET_UNITS: __avocet::__private::IntegerUnits<#ident> = __avocet::__private::IntegerUnits {
            numbers: &[#(#numbers),*],
            find: |__number| match __number {
                #(#arms)*
                _ => ::std::option::Option::None,
            },
        };
    }
}

/// Returns the numbers of an enum of integers.
pub(super) fn numbers(units: &[Unit]) -> Vec<TokenStream> {
    units
        .iter()
        .filter_map(|unit| unit.wire.parse().ok())
        .collect()
}

/// Returns the description: of the names inline, or of a separate model.
pub(super) fn describe(units: &[Unit], form: UnitForm, description: &TokenStream) -> TokenStream {
    if form == UnitForm::Integers {
        let numbers = numbers(units);
        return quote!(__avocet::model::Schema::one_of_values([#(#numbers),*]).describe(#description));
    }
    if is_of_constants(form) {
        let constants = units.iter().flat_map(constants_of);
        return quote!(__avocet::__private::describe_constants(&[#(#constants),*], #description));
    }
    let names = all_names(units);
    let others = units.iter().any(|unit| unit.is_other);
    quote!(__avocet::__private::describe_units(&[#(#names),*], #others, #description))
}
