//! Fields whose non-finite floats are sent as `null`.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use super::Patch;
use crate::input::Newtype;
use crate::model::{Schema, Schemas, Shape, Side};

/// A type that supports `non_finite`: floats, and options, lists, arrays, tuples and maps of them.
///
/// ```
/// fn takes_non_finite<T: avocet::types::HasFloats>() {}
/// takes_non_finite::<Vec<Option<f32>>>();
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a float",
    label = "`non_finite` is for floats, and for options, lists, tuples and maps of floats",
    note = "for a float inside a model, write the attribute on the model's field"
)]
pub trait HasFloats {
    /// Does nothing; its path asserts the bound.
    #[doc(hidden)]
    fn assert_implemented() {}
}

impl HasFloats for f32 {}
impl HasFloats for f64 {}
impl<T: HasFloats> HasFloats for Option<T> {}
impl<T: HasFloats> HasFloats for Vec<T> {}
#[diagnostic::do_not_recommend]
impl<T: HasFloats> HasFloats for Patch<T> {}
#[diagnostic::do_not_recommend]
impl<T: HasFloats, const N: usize> HasFloats for [T; N] {}
#[diagnostic::do_not_recommend]
impl<T: HasFloats + ToOwned> HasFloats for Cow<'static, T> {}
#[diagnostic::do_not_recommend]
impl<K, V: HasFloats> HasFloats for BTreeMap<K, V> {}
#[diagnostic::do_not_recommend]
impl<K, V: HasFloats, S> HasFloats for HashMap<K, V, S> {}
#[diagnostic::do_not_recommend]
impl<T: Newtype<Inner: HasFloats>> HasFloats for T {}

macro_rules! tuples {
    ($(($($part:ident),*))*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($part: HasFloats),*> HasFloats for ($($part,)*) {}
    )*};
}

tuples! { (A) (A, B) (A, B, C) (A, B, C, D) (A, B, C, D, E) (A, B, C, D, E, F) (A, B, C, D, E, F, G) (A, B, C, D, E, F, G, H) }

impl Schemas {
    /// Adds `null` to every number of the schema on the output side; only there such floats are written.
    pub(crate) fn floats_or_null(&mut self, schema: Schema) -> Schema {
        if self.side() == Side::Input {
            return schema;
        }
        let mut schema = schema;
        let inner = match schema.shape_mut() {
            Shape::Number => return schema.nullable(),
            Shape::Reference(_) => return self.model_or_null(schema),
            Shape::Nullable(inner) => {
                // A nullable schema stays unchanged.
                let described = self.floats_or_null((**inner).clone());
                **inner = match described.shape() {
                    Shape::Nullable(number) => (**number).clone(),
                    _ => described,
                };
                return schema;
            }
            Shape::List(inner) | Shape::Map(inner) => std::slice::from_mut(&mut **inner),
            Shape::Tuple(parts) => &mut parts[..],
            _ => return schema,
        };
        for part in inner {
            *part = self.floats_or_null(part.clone());
        }
        schema
    }

    /// A model is described elsewhere, so `null` is added next to the reference and not inside.
    fn model_or_null(&mut self, schema: Schema) -> Schema {
        match self.behind(&schema).shape() {
            Shape::Number => schema.nullable(),
            Shape::Nullable(_) => schema,
            _ => {
                self.mistake(
                    "`non_finite` is on a model that is not a single number; write it on the model's field".to_owned(),
                );
                schema
            }
        }
    }
}
