//! Newtypes: the outer type implements the traits of the inner type.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::super::model::{Field, Model};
use super::implementation::implement;
use super::printed::Printed;
use crate::vocabulary::statements;

pub(super) fn newtype(model: &Model, field: &Field, printed: &Printed) -> TokenStream {
    if !model.sides.reads() {
        return TokenStream::new();
    }
    let implementation = implement(model, &quote!(__avocet::__private::Newtype));
    let (kind, member, rules) = (&field.kind, &field.member, &printed.own_rules);
    let unchecked = field.steps.is_empty() && model.steps.is_empty();
    let body = if unchecked {
        quote!(::std::option::Option::Some(Self { #member: __inner }))
    } else {
        let failed = quote!(return ::std::option::Option::None;);
        let (inner, value) = (format_ident!("__inner"), format_ident!("__value"));
        let of_inner = statements(&field.steps, &inner, &quote!(#kind), &failed);
        let of_whole = statements(&model.steps, &value, &quote!(Self), &failed);
        quote! {
            let mut __good = true;
            #of_inner
            if !__good {
                return ::std::option::Option::None;
            }
            let __value = Self { #member: __inner };
            #of_whole
            if __good { ::std::option::Option::Some(__value) } else { ::std::option::Option::None }
        }
    };
    let note = if unchecked { quote!(_) } else { quote!(__note) };
    quote! {
        #implementation {
            type Inner = #kind;

            fn rules() -> &'static __avocet::rules::Rules {
                #rules
            }

            fn build(
                __inner: #kind,
                #note: &mut dyn ::std::ops::FnMut(__avocet::read::ValidationError),
            ) -> ::std::option::Option<Self> {
                #body
            }
        }
    }
}
