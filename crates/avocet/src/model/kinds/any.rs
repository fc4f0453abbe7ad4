//! Any JSON value: `serde_json::Value`.

use serde_json::Value;

use crate::model::{Model, Schema, Schemas};
use crate::read::{Failure, Input, Place, Problem, Reader};
use crate::rules::Rules;

impl Model for Value {
    fn name() -> String {
        "Any".to_owned()
    }

    fn schema(_: &mut Schemas) -> Schema {
        Schema::any()
    }
}

impl Input for Value {
    fn read(reader: &mut Reader<'_>, at: &Place<'_>, _: &Rules) -> Result<Self, Failure> {
        let text = reader.raw()?;
        // The grammar is checked already: what is left to refuse is a number that no float holds.
        serde_json::from_str(text).map_err(|_| {
            reader.problem(
                at,
                Problem::new("finite_number", "Input should be a finite number"),
            )
        })
    }

    fn absent() -> Option<Self> {
        None
    }
}
