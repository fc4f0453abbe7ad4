//! Expansion: the user's item, followed by one block with the tables and the implementations.

mod describe;
mod implementation;
mod members;
mod names;
mod newtype;
mod object;
mod parameters;
mod printed;
mod read;
mod response;
mod serialize;
mod stubs;
mod tagged;
mod units;
mod untagged;

pub(super) use stubs::stubs;

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use self::implementation::implement;
use self::printed::Printed;
use super::model::{Model, Shape};
use crate::crate_path::CratePath;

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
    let parameters =
        (model.sides.reads() && model.is_made_of_fields()).then(|| parameters::parameters(model));
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
