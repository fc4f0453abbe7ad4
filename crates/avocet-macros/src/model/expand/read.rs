//! The implementation of `Input`.

use proc_macro2::TokenStream;
use quote::quote;

use super::super::model::{Model, Object, Shape, UnitForm};
use super::implementation::implement;
use super::object::read_object;
use super::printed::Printed;
use super::{tagged, untagged};
use crate::vocabulary::statements;

pub(super) fn read(model: &Model, printed: &Printed) -> TokenStream {
    let implementation = implement(model, &quote!(__avocet::input::Input));
    let assertions = &printed.assertions;
    let (rules, body, absent) = match &model.shape {
        Shape::Object(object) => (
            quote!(_),
            whole_object(model, object, &printed.rules[0]),
            None,
        ),
        Shape::Newtype(field) => {
            let kind = &field.kind;
            let absent = quote! {
                fn absent() -> ::std::option::Option<Self> {
                    __avocet::__private::absent_newtype::<Self>(<#kind as __avocet::input::Input>::absent())
                }
            };
            (
                quote!(__rules),
                quote!(__avocet::__private::read_newtype::<Self>(
                    __reader, __at, __rules
                )),
                Some(absent),
            )
        }
        Shape::Units(_, form) => {
            let function = match form {
                UnitForm::Names | UnitForm::Literal => quote!(read_unit),
                UnitForm::Integers => quote!(read_integer_unit),
                UnitForm::Values | UnitForm::LiteralValues => quote!(read_constant),
            };
            let body = quote!(__avocet::__private::#function(&__AVOCET_UNITS, __reader, __at));
            (quote!(_), body, None)
        }
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
            (quote!(_), checked(model, &form.read(printed)), None)
        }
        Shape::Untagged(variants) => (
            quote!(_),
            checked(model, &untagged::read(variants, printed)),
            None,
        ),
    };
    quote! {
        #implementation {
            fn read(
                __reader: &mut __avocet::read::Reader<'_>,
                __at: &__avocet::read::Location<'_>,
                #rules: &__avocet::rules::Rules,
            ) -> ::std::result::Result<Self, __avocet::read::Failure> {
                #assertions
                #body
            }

            #absent
        }
    }
}

fn whole_object(model: &Model, object: &Object, rules: &[TokenStream]) -> TokenStream {
    let read = read_object(object, rules, &quote!(Self));
    checked(model, &read)
}

/// Returns the value of `read`, if it passes the checks on the whole value.
fn checked(model: &Model, read: &TokenStream) -> TokenStream {
    if model.steps.is_empty() {
        return quote!(::std::result::Result::Ok({ #read }));
    }
    let failed = quote!(return ::std::result::Result::Err(__avocet::read::Failure::Invalid););
    let steps = statements(
        &model.steps,
        &quote::format_ident!("__value"),
        &quote!(Self),
        &failed,
    );
    quote! {
        let __value: Self = { #read };
        let __note: &mut dyn ::std::ops::FnMut(__avocet::read::ValidationError) = &mut |__problem| {
            __reader.error(__at, __problem);
        };
        let mut __good = true;
        #steps
        if __good {
            ::std::result::Result::Ok(__value)
        } else {
            ::std::result::Result::Err(__avocet::read::Failure::Invalid)
        }
    }
}
