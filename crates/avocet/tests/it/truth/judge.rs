//! An independent JSON Schema validator over the published schema.

use avocet::model::{Model, Schemas, Side};
use jsonschema::{Keyword, ValidationError, Validator};
use serde_json::{Map, Value, json};

pub(super) struct Judge {
    /// The schema with the components that it refers to.
    pub(super) schema: Value,
    validator: Validator,
}

impl Judge {
    pub(super) fn of<T: Model>() -> Self {
        let mut schemas = Schemas::new(Side::Input);
        let root = T::schema(&mut schemas);
        let names = schemas.own_names();
        let mut schema = root.to_json(&names);
        schema["components"] = json!({"schemas": schemas.components(&names)});
        Self::over(schema)
    }

    /// Of a schema that holds the components that it refers to.
    pub(super) fn over(schema: Value) -> Self {
        let validator = jsonschema::options()
            .with_keyword("format", |_: &Map<String, Value>, format: &Value, _| {
                Ok(Box::new(IntegerFormat(
                    format.as_str().unwrap_or_default().to_owned(),
                )) as Box<dyn for<'i> Keyword<'i>>)
            })
            .build(&schema)
            .expect("the published schema is a schema");
        Self { schema, validator }
    }

    pub(super) fn accepts(&self, value: &Value) -> bool {
        self.validator.is_valid(value)
    }
}

/// What the formats of integers say beyond JSON Schema's `integer`: the range of the width, spelled without
/// fraction or exponent.
struct IntegerFormat(String);

impl<'i> Keyword<'i> for IntegerFormat {
    fn validate(&self, instance: &'i Value) -> Result<(), ValidationError<'i>> {
        if self.is_valid(instance) {
            Ok(())
        } else {
            Err(ValidationError::custom(format!("not an {}", self.0)))
        }
    }

    fn is_valid(&self, instance: &'i Value) -> bool {
        match (self.0.as_str(), instance) {
            ("int8" | "int16" | "int32" | "int64" | "int128", Value::Number(number)) => {
                number.is_i64()
            }
            ("uint8" | "uint16" | "uint32" | "uint64", Value::Number(number)) => number.is_u64(),
            _ => true,
        }
    }
}
