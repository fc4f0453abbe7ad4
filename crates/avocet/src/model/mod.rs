//! Schemas of types: what a value looks like on the wire, as data.
//!
//! [`Model`] describes a type, [`Schema`] is the description, [`Schemas`] collects the named ones of an operation.
//! [`OrderedJson`] is the JSON of both. `constrain` adds the keywords of rules, `names` resolves the names of models. `kinds` has one file for each kind of
//! value, with its schema and its reading.

mod label;
mod names;
mod ordered_json;
mod schema;
mod schemas;

pub use label::label;
pub use names::Names;
pub use ordered_json::OrderedJson;
pub(crate) use ordered_json::{Members, object};
pub use schema::{Property, Schema, Shape};
pub use schemas::{Definition, ModelId, Schemas, Side};

/// A type with a schema: `#[model]` implements it for structs and enums.
///
/// See [`Input`](crate::input::Input) for a type with custom description and reading.
///
/// ```
/// use avocet::model::{Model, Schemas, Side};
///
/// let mut schemas = Schemas::new(Side::Input);
/// assert_eq!(Vec::<bool>::name(), "List_bool_");
/// assert_eq!(Vec::<bool>::schema(&mut schemas).to_json(&schemas.own_names())["type"], "array");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no schema",
    label = "not a model",
    note = "write `#[model]` above your own type; `#[model(output)]` is enough for a type that is only in responses"
)]
pub trait Model: 'static {
    /// The name in the document, unique in it; a generic type's name includes its arguments.
    fn name() -> String;

    /// Returns the schema, and registers every named part in `schemas`.
    fn schema(schemas: &mut Schemas) -> Schema;
}

/// A type that a response can contain: any [`Model`] that implements serde's `Serialize`.
///
/// ```
/// fn answered<T: avocet::model::Output>() {}
/// answered::<Vec<f32>>();
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be part of a response",
    label = "not an output",
    note = "write `#[model]` above your own type; `#[model(output)]` is enough for a type that is only in responses"
)]
pub trait Output: Model + serde::Serialize {}

#[diagnostic::do_not_recommend]
impl<T: Model + serde::Serialize> Output for T {}

/// A model that is an object with its own members and can share that object with others: with the tag of an enum, or
/// with the members of the struct that it is flattened into.
///
/// `#[model]` implements it for structs with named fields.
///
/// ```
/// use avocet::model::HasMembers;
///
/// #[avocet::model]
/// struct Point {
///     x: f64,
/// }
///
/// fn has_members<T: HasMembers>() {}
/// has_members::<Box<Point>>();
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an object, so it cannot be combined with other members",
    label = "not an object with members",
    note = "a variant of an enum with a tag holds a `#[model]` struct with named fields; give the variant a named field, or add `content = \"…\"` to the enum's `tag`"
)]
pub trait HasMembers {}
