//! `Cow<'static, str>`: a text that the program has already or that a request brings.

use std::borrow::Cow;

use crate::model::{Model, Schema, Schemas};
use crate::read::{Failure, Input, Invalid, Place, Problems, Reader, Text};
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
    fn read(reader: &mut Reader<'_>, at: &Place<'_>, rules: &Rules) -> Result<Self, Failure> {
        String::read(reader, at, rules).map(Self::Owned)
    }
}

#[diagnostic::do_not_recommend]
impl Text for Cow<'static, str> {
    fn from_text(
        text: &str,
        at: &Place<'_>,
        rules: &Rules,
        problems: &mut Problems,
    ) -> Result<Self, Invalid> {
        String::from_text(text, at, rules, problems).map(Self::Owned)
    }
}
