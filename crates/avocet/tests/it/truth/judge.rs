//! An independent JSON Schema validator over the published schema.

use avocet::model::{Model, OrderedJson, Schemas, Side};
use jsonschema::{Keyword, ValidationError, Validator};
use serde_json::{Map, Number, Value, json};

pub(super) struct Judge {
    /// The schema with the referenced components.
    pub(super) schema: Value,
    validator: Validator,
}

impl Judge {
    pub(super) fn of<T: Model>(side: Side) -> Self {
        let mut schemas = Schemas::new(side);
        let root = T::schema(&mut schemas);
        let names = schemas.own_names();
        let mut schema = Value::from(root.to_json(&names));
        let components = OrderedJson::Object(schemas.components(&names));
        schema["components"] = json!({"schemas": components});
        Self::of_schema(schema, true)
    }

    /// Creates a judge from a schema that contains its components, for values from texts: those of integers have only digits.
    pub(super) fn over(schema: Value) -> Self {
        Self::of_schema(schema, false)
    }

    fn of_schema(schema: Value, any_spelling: bool) -> Self {
        let validator = jsonschema::options()
            .with_keyword(
                "format",
                move |_: &Map<String, Value>, format: &Value, _| {
                    Ok(Box::new(IntegerFormat {
                        name: format.as_str().unwrap_or_default().to_owned(),
                        any_spelling,
                    }) as Box<dyn for<'i> Keyword<'i>>)
                },
            )
            .build(&schema)
            .expect("the published schema is a schema");
        Self { schema, validator }
    }

    pub(super) fn accepts(&self, value: &Value) -> bool {
        self.validator.is_valid(value)
    }
}

/// The rules of integer formats beyond JSON Schema's `integer`: the range of the width.
struct IntegerFormat {
    name: String,
    /// Whether `5.0` is an integer, as in JSON Schema.
    any_spelling: bool,
}

impl<'i> Keyword<'i> for IntegerFormat {
    fn validate(&self, instance: &'i Value) -> Result<(), ValidationError<'i>> {
        if self.is_valid(instance) {
            Ok(())
        } else {
            Err(ValidationError::custom(format!("not an {}", self.name)))
        }
    }

    fn is_valid(&self, instance: &'i Value) -> bool {
        match (self.name.as_str(), instance) {
            ("int8" | "int16" | "int32" | "int64" | "int128", Value::Number(number)) => {
                number.is_i64()
                    || self.any_spelling && is_whole_within(number, -TWO_TO_63, TWO_TO_63)
            }
            ("uint8" | "uint16" | "uint32" | "uint64", Value::Number(number)) => {
                number.is_u64()
                    || self.any_spelling && is_whole_within(number, 0.0, 2.0 * TWO_TO_63)
            }
            _ => true,
        }
    }
}

const TWO_TO_63: f64 = 9_223_372_036_854_775_808.0;

/// Returns whether a number with a point or an exponent is an integer from `least` to below `end`.
fn is_whole_within(number: &Number, least: f64, end: f64) -> bool {
    let float = number.as_f64().filter(|_| number.is_f64());
    float.is_some_and(|float| float.fract() == 0.0 && (least..end).contains(&float))
}
