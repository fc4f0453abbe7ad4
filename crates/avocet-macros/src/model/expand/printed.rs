//! Tokens that several implementations of one model refer to.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Type;

use super::super::model::{Model, Shape, Sides};
use crate::calls::{self, Bound};
use crate::tables::Tables;

/// Tokens that several implementations refer to.
pub(super) struct Printed {
    pub(super) tables: Tables,
    /// For each field of each object, in order: a reference to its rules.
    pub(super) rules: Vec<Vec<TokenStream>>,
    /// The rules of a newtype itself.
    pub(super) own_rules: TokenStream,
    /// Statements that make a wrong field type one error at the type, in whichever implementation comes first.
    pub(super) assertions: TokenStream,
    /// Statements that make a rule on a value of the wrong kind an error at the field's type.
    pub(super) rule_assertions: TokenStream,
}

impl Printed {
    pub(super) fn of(model: &Model) -> Self {
        let mut tables = Tables::default();
        let rules = model
            .objects()
            .map(|object| {
                object
                    .fields
                    .iter()
                    .map(|field| tables.rules(&field.rules))
                    .collect()
            })
            .collect();
        let newtype = match &model.shape {
            Shape::Newtype(field) => Some(&**field),
            _ => None,
        };
        let own_rules = newtype.map_or_else(TokenStream::new, |field| tables.rules(&field.rules));
        let fields = || {
            model
                .objects()
                .flat_map(|object| &object.fields)
                .chain(newtype)
        };
        Self {
            tables,
            rules,
            own_rules,
            assertions: fields()
                .map(|field| {
                    let (mut read, mut answered) = (field.reads, field.responses);
                    let form = match (&field.foreign, &field.flatten) {
                        (Some(foreign), _) => {
                            read &= foreign.reads_with.is_none();
                            answered &= foreign.writes_with.is_none() && !model.serializes_itself;
                            Form::Foreign
                        }
                        (None, Some(_)) => Form::Flat,
                        (None, None) => Form::Value,
                    };
                    assertion(&field.kind, model.sides.of(read, answered), form)
                })
                .chain(model.held().map(|kind| {
                    let form = if model.holds_beside_tag() {
                        Form::Members
                    } else {
                        Form::Value
                    };
                    assertion(kind, Some(model.sides), form)
                }))
                .collect(),
            rule_assertions: fields()
                .map(|field| {
                    let rules = field.rules.assertions(&field.kind);
                    let floats = field.null_not_finite.as_ref();
                    let floats = floats
                        .map(|_| calls::assertion(Bound::of("types::HasFloats"), &field.kind));
                    quote!(#rules #floats)
                })
                .collect(),
        }
    }
}

/// What the position of a type requires of it.
#[derive(Clone, Copy)]
enum Form {
    Value,
    /// An object that shares its members with a tag.
    Members,
    /// An object that shares its members with others.
    Flat,
    /// A value that serde reads and writes.
    Foreign,
}

/// Returns the statement that asserts that a type can be used on these sides, in the form that its position requires.
fn assertion(kind: &Type, sides: Option<Sides>, form: Form) -> TokenStream {
    let bound = match (sides, form) {
        (None, _) => return TokenStream::new(),
        (Some(Sides::Both), Form::Value) => Bound::of("bounds::InputAndOutput"),
        (Some(Sides::Input), Form::Value) => Bound::new("input::Input", "absent"),
        (Some(Sides::Output), Form::Value) => Bound::of("bounds::Output"),
        (Some(Sides::Both), Form::Members) => Bound::of("bounds::InputAndOutputMembers"),
        (Some(Sides::Input), Form::Members) => Bound::of("bounds::InputMembers"),
        (Some(Sides::Output), Form::Members) => Bound::of("bounds::OutputMembers"),
        (Some(Sides::Both), Form::Flat) => Bound::of("bounds::InputAndOutputFlat"),
        (Some(Sides::Input), Form::Flat) => Bound::of("bounds::InputFlat"),
        (Some(Sides::Output), Form::Flat) => Bound::of("bounds::OutputFlat"),
        (Some(Sides::Both), Form::Foreign) => Bound::of("bounds::BySerde"),
        (Some(Sides::Input), Form::Foreign) => Bound::of("bounds::ReadBySerde"),
        (Some(Sides::Output), Form::Foreign) => Bound::of("bounds::WrittenBySerde"),
    };
    calls::assertion(bound, kind)
}
