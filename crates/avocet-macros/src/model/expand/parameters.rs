//! The implementation of `FromParams`.

use proc_macro2::TokenStream;
use quote::quote;

use super::super::model::Model;
use super::implementation::implement;
use crate::calls;

/// Returns the implementation of `FromParams`, with which each field can be a parameter.
pub(super) fn parameters(model: &Model) -> TokenStream {
    let implementation = implement(model, &quote!(__avocet::extract::FromParams));
    calls::with_server(quote! {
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
    })
}
