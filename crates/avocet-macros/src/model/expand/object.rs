//! Reading an object into a struct, or into a variant with named fields.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;

use super::super::model::{Absence, Field, Foreign, Object};
use super::names::{slot, text};
use crate::calls::{self, Bound};

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
        quote!(let mut #slot = __avocet::input::FieldSlot::<#kind>::default();)
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
        let word = proc_macro2::Ident::new(word, span);
        let function = step.as_argument(&quote!(#kind), ToTokens::to_token_stream);
        quote_spanned!(span=> __avocet::input::FieldSlot::#word(&mut #slot, __reader, &__at.member(#wire), #function);)
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
            let read = calls::of_trait(
                Bound::new("__private::serde::Deserialize", "deserialize"),
                kind,
                quote!(__deserializer),
            );
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
