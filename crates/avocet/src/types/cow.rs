//! `Cow<'static, str>`: a static text or one read from a request.

use std::borrow::Cow;

use crate::input::{FromText, Input};
use crate::model::{Model, Schema, Schemas};
use crate::read::{Failure, Invalid, Location, Reader, ValidationErrors};
use crate::rules::Rules;

#[diagnostic::do_not_recommend]
impl Model for Cow<'static, str> {
    fn name() -> String {
        String::name()
    }

    fn schema(schemas: &mut Schemas) -> Schema {
        String::schema(schemas)
    }
}

#[diagnostic::do_not_recommend]
impl Input for Cow<'static, str> {
    fn read(reader: &mut Reader<'_>, at: &Location<'_>, rules: &Rules) -> Result<Self, Failure> {
        String::read(reader, at, rules).map(Self::Owned)
    }
}

#[diagnostic::do_not_recommend]
impl FromText for Cow<'static, str> {
    fn from_text(
        text: &str,
        at: &Location<'_>,
        rules: &Rules,
        errors: &mut ValidationErrors,
    ) -> Result<Self, Invalid> {
        String::from_text(text, at, rules, errors).map(Self::Owned)
    }
}
