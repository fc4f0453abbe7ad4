//! Enums whose variants hold nothing: the table of names, and reading them from parameters.

use proc_macro2::TokenStream;
use quote::quote;

use super::super::model::{Model, Unit};
use super::{implement, text};

pub(super) fn units(model: &Model, units: &[Unit]) -> TokenStream {
    if !model.sides.reads() {
        return TokenStream::new();
    }
    let ident = &model.ident;
    let names = units.iter().map(|unit| text(&unit.wire));
    let arms = units.iter().map(|unit| {
        let variant = &unit.ident;
        let names = std::iter::once(&unit.wire)
            .chain(&unit.aliases)
            .map(|name| text(name));
        quote!(#(#names)|* => ::std::option::Option::Some(#ident::#variant),)
    });
    let implementation = implement(model, &quote!(::avocet::read::Text));
    quote! {
        static __AVOCET_UNITS: ::avocet::__private::Units<#ident> = ::avocet::__private::Units {
            names: &[#(#names),*],
            find: |__name| match __name {
                #(#arms)*
                _ => ::std::option::Option::None,
            },
        };

        #implementation {
            fn from_text(
                __text: &str,
                __at: &::avocet::read::Place<'_>,
                _: &::avocet::rules::Rules,
                __problems: &mut ::avocet::read::Problems,
            ) -> ::std::result::Result<Self, ::avocet::read::Invalid> {
                ::avocet::__private::unit_from_text(&__AVOCET_UNITS, __text, __at, __problems)
            }
        }
    }
}
