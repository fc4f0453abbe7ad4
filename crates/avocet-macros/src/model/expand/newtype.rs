//! Newtypes: what stands on the inner type stands on the outer one.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use super::super::model::{Field, Model};
use super::{Printed, implement};

pub(super) fn newtype(model: &Model, field: &Field, printed: &Printed) -> TokenStream {
    if !model.sides.reads() {
        return TokenStream::new();
    }
    let implementation = implement(model, &quote!(::avocet::__private::Newtype));
    let (kind, member, rules) = (&field.kind, &field.member, &printed.own_rules);
    let of_inner = field.checks.iter().map(|check| {
        quote_spanned!(check.span()=> __good &= ::avocet::__private::noted((#check)(&__inner), __note);)
    });
    let of_whole = model.checks.iter().map(|check| {
        quote_spanned!(check.span()=> __good &= ::avocet::__private::noted((#check)(&__value), __note);)
    });
    let unchecked = field.checks.is_empty() && model.checks.is_empty();
    let body = if unchecked {
        quote!(::std::option::Option::Some(Self { #member: __inner }))
    } else {
        quote! {
            let mut __good = true;
            #(#of_inner)*
            if !__good {
                return ::std::option::Option::None;
            }
            let __value = Self { #member: __inner };
            #(#of_whole)*
            if __good { ::std::option::Option::Some(__value) } else { ::std::option::Option::None }
        }
    };
    let note = if unchecked { quote!(_) } else { quote!(__note) };
    quote! {
        #implementation {
            type Inner = #kind;

            fn rules() -> &'static ::avocet::rules::Rules {
                #rules
            }

            fn build(
                __inner: #kind,
                #note: &mut dyn ::std::ops::FnMut(::avocet::read::ValidationError),
            ) -> ::std::option::Option<Self> {
                #body
            }
        }
    }
}
