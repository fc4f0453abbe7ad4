//! What a type looks like on the wire, as data.
//!
//! [`Model`] gives the description, [`Schema`] holds it, [`Schemas`] gathers the named ones of an operation.
//! `kinds` has one file for each kind of value with its description and its reading together.

mod kinds;
mod schema;
mod schemas;

pub use schema::{Property, Schema, Shape};
pub use schemas::{Definition, ModelId, Names, Schemas, Side};

/// A type with a description: `#[model]` writes it for structs and enums.
///
/// See [`Input`](crate::read::Input) for a type described and read by hand.
///
/// ```
/// use avocet::model::{Model, Schemas, Side};
///
/// let mut schemas = Schemas::new(Side::Input);
/// assert_eq!(Vec::<bool>::name(), "List_bool_");
/// assert_eq!(Vec::<bool>::schema(&mut schemas).to_json(&schemas.own_names())["type"], "array");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no description",
    label = "not a model",
    note = "write `#[model]` above your own type; `#[model(output)]` is enough for one that is only answered"
)]
pub trait Model: 'static {
    /// The name that the document uses, unique in it; a generic type includes its arguments.
    fn name() -> String;

    /// The description, with every named part registered in `schemas`.
    fn schema(schemas: &mut Schemas) -> Schema;
}

/// A type that an answer can carry: any [`Model`] that serde can serialize.
///
/// ```
/// fn answered<T: avocet::model::Output>() {}
/// answered::<Vec<f32>>();
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be part of an answer",
    label = "not an output",
    note = "write `#[model]` above your own type; `#[model(output)]` is enough for one that is only answered"
)]
pub trait Output: Model + serde::Serialize {}

#[diagnostic::do_not_recommend]
impl<T: Model + serde::Serialize> Output for T {}
