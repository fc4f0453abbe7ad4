//! `Arc<T>` and `Arc<str>`: the value itself, cheap to clone.

use std::sync::Arc;

use crate::input::Newtype;
use crate::input::{FromText, Input};
use crate::model::{Model, Schema, Schemas};
use crate::read::{Failure, Invalid, Location, Reader, ValidationError, ValidationErrors};
use crate::rules::Rules;

#[diagnostic::do_not_recommend]
impl<T: Model> Model for Arc<T> {
    fn name() -> String {
        T::name()
    }

    fn schema(schemas: &mut Schemas) -> Schema {
        T::schema(schemas)
    }
}

#[diagnostic::do_not_recommend]
impl<T: Input + Sync> Input for Arc<T> {
    fn read(reader: &mut Reader<'_>, at: &Location<'_>, rules: &Rules) -> Result<Self, Failure> {
        T::read(reader, at, rules).map(Self::new)
    }

    fn absent() -> Option<Self> {
        T::absent().map(Self::new)
    }
}

/// As a newtype, an `Arc` supports the rules of its value.
impl<T: Input + Sync> Newtype for Arc<T> {
    type Inner = T;

    fn rules() -> &'static Rules {
        &Rules::NONE
    }

    fn build(inner: T, _: &mut dyn FnMut(ValidationError)) -> Option<Self> {
        Some(Self::new(inner))
    }
}

#[diagnostic::do_not_recommend]
impl Model for Arc<str> {
    fn name() -> String {
        String::name()
    }

    fn schema(schemas: &mut Schemas) -> Schema {
        String::schema(schemas)
    }
}

#[diagnostic::do_not_recommend]
impl Input for Arc<str> {
    fn read(reader: &mut Reader<'_>, at: &Location<'_>, rules: &Rules) -> Result<Self, Failure> {
        String::read(reader, at, rules).map(Self::from)
    }
}

#[diagnostic::do_not_recommend]
impl FromText for Arc<str> {
    fn from_text(
        text: &str,
        at: &Location<'_>,
        rules: &Rules,
        errors: &mut ValidationErrors,
    ) -> Result<Self, Invalid> {
        rules.text(text.into(), at, errors).map(Self::from)
    }
}
