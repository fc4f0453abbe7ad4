//! Tokens that several implementations of one model refer to.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Type;

use super::super::model::{Model, Shape, Sides};
use crate::calls;
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
                .filter(|field| field.foreign.is_none())
                .map(|field| {
                    let form = if field.flatten.is_some() { "_flat" } else { "" };
                    let (read, answered) = (field.reads, field.responses);
                    assertion(&field.kind, model.sides.of(read, answered), form)
                })
                .chain(model.held().map(|kind| {
                    let form = if model.holds_beside_tag() {
                        "_members"
                    } else {
                        ""
                    };
                    assertion(kind, Some(model.sides), form)
                }))
                .collect(),
            rule_assertions: fields()
                .map(|field| {
                    let rules = field.rules.assertions(&field.kind);
                    let floats = field.null_not_finite.as_ref();
                    let floats = floats.map(|_| calls::assertion("has_floats", &field.kind));
                    quote!(#rules #floats)
                })
                .collect(),
        }
    }
}

/// Returns the statement that asserts that a type can be used on these sides, in the form that its position requires.
fn assertion(kind: &Type, sides: Option<Sides>, form: &str) -> TokenStream {
    let side = match sides {
        Some(Sides::Both) => "input_and_output",
        Some(Sides::Input) => "input",
        Some(Sides::Output) => "output",
        None => return TokenStream::new(),
    };
    calls::assertion(&format!("{side}{form}"), kind)
}
