//! The implementation of `Input`.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use super::super::model::{Absence, Field, Foreign, Model, Object, Shape, UnitForm};
use super::{Printed, implement, other_members, slot, tagged, text, untagged};
use crate::calls;
use crate::vocabulary::statements;

pub(super) fn read(model: &Model, printed: &Printed) -> TokenStream {
    let implementation = implement(model, &quote!(__avocet::read::Input));
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
                    __avocet::__private::absent_newtype::<Self>(<#kind as __avocet::read::Input>::absent())
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

/// Returns a block that reads an object into `constructor { … }`, or returns early.
pub(super) fn read_object(
    object: &Object,
    rules: &[TokenStream],
    constructor: &TokenStream,
) -> TokenStream {
    let read: Vec<(usize, &Field)> = object
        .fields
        .iter()
        .enumerate()
        .filter(|(_, field)| field.reads)
        .collect();
    let members = || read.iter().filter(|(_, field)| field.flatten.is_none());
    let rest = (members().count() < read.len())
        .then(|| quote!(let mut __rest = __avocet::__private::RemainingMembers::default();));
    let declared = members().map(|(index, field)| {
        let (slot, kind) = (slot(*index), &field.kind);
        quote!(let mut #slot = __avocet::read::FieldSlot::<#kind>::default();)
    });
    let arms = members().map(|(index, field)| arm(*index, field, &rules[*index]));
    let other = other_members(object);
    let closed = object.closed.then(|| quote!(let mut __closed = true;));
    let finished = read.iter().map(|(index, field)| finish(*index, field));
    let slots: Vec<_> = read.iter().map(|(index, _)| slot(*index)).collect();
    let values = object.fields.iter().enumerate().map(|(index, field)| {
        let member = &field.member;
        let value = if field.reads {
            let slot = slot(index);
            quote!(#slot)
        } else {
            skipped(field)
        };
        quote!(#member: #value)
    });
    let left = rest.is_some().then(|| quote!(__rest.leave(__reader);));
    let still_closed = object.closed.then(|| {
        quote! {
            if !__closed {
                return ::std::result::Result::Err(__avocet::read::Failure::Invalid);
            }
        }
    });
    let all = (!slots.is_empty()).then(|| {
        quote! {
            let (#(::std::option::Option::Some(#slots),)*) = (#(#slots,)*) else {
                return ::std::result::Result::Err(__avocet::read::Failure::Invalid);
            };
        }
    });
    quote! {
        let mut __object = __reader.begin_object(__at)?;
        #closed
        #rest
        #(#declared)*
        while let ::std::option::Option::Some(__key) = __reader.next_key(&mut __object)? {
            match &*__key {
                #(#arms)*
                _ => #other,
            }
        }
        #(#finished)*
        #left
        #all
        #still_closed
        #constructor { #(#values),* }
    }
}

fn arm(index: usize, field: &Field, rules: &TokenStream) -> TokenStream {
    let (slot, kind, wire) = (slot(index), &field.kind, text(&field.wire));
    let names = std::iter::once(&field.wire)
        .chain(&field.aliases)
        .map(|name| text(name));
    let steps = field.steps.iter().map(|step| {
        let span = step.function().span();
        let word = if step.is_map() { "map" } else { "check" };
        let (word, function) = (proc_macro2::Ident::new(word, span), step.as_argument());
        quote_spanned!(span=> #slot.#word(__reader, &__at.member(#wire), #function);)
    });
    let read = match &field.foreign {
        None => {
            quote!(__avocet::__private::read::<#kind>(&mut #slot, __reader, __at, #wire, #rules)?;)
        }
        Some(Foreign {
            reads_with: Some(path),
            ..
        }) => quote_spanned! {path.span()=>
            __avocet::__private::read_by_serde::<#kind>(&mut #slot, __reader, __at, #wire, |__deserializer| #path(__deserializer))?;
        },
        Some(_) => {
            let read = calls::bound("deserialize", kind, quote!(__deserializer));
            quote! {
                __avocet::__private::read_by_serde::<#kind>(&mut #slot, __reader, __at, #wire, |__deserializer| #read)?;
            }
        }
    };
    quote! {
        #(#names)|* => {
            #read
            #(#steps)*
        }
    }
}

fn finish(index: usize, field: &Field) -> TokenStream {
    let (slot, kind, wire) = (slot(index), &field.kind, text(&field.wire));
    if field.flatten.is_some() {
        return quote!(let #slot = __rest.read::<#kind>(__reader, __at)?;);
    }
    match &field.absence {
        Absence::OfType if field.foreign.is_some() => {
            let by_type = field
                .foreign
                .as_ref()
                .is_some_and(|it| it.reads_with.is_none());
            let function = if by_type {
                quote!(required_by_serde)
            } else {
                quote!(present)
            };
            quote!(let #slot = __avocet::__private::#function::<#kind>(#slot, __reader, __at, #wire);)
        }
        Absence::OfType => {
            quote!(let #slot = __avocet::__private::required::<#kind>(#slot, __reader, __at, #wire);)
        }
        Absence::ValidationError => {
            quote!(let #slot = __avocet::__private::present::<#kind>(#slot, __reader, __at, #wire);)
        }
        Absence::Default(default) => {
            let value = default.value();
            quote!(let #slot = __avocet::__private::or_default(#slot, || -> #kind { #value });)
        }
    }
}

fn skipped(field: &Field) -> TokenStream {
    match &field.absence {
        Absence::Default(default) => default.value(),
        Absence::OfType | Absence::ValidationError => quote!(::std::default::Default::default()),
    }
}
