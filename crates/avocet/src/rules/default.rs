//! Checks that a default meets the rules of its field or parameter, when the application is built.

use serde_json::Value;

use super::{Collection, Rule, Rules};
use crate::model::{OrderedJson, Schema, Schemas, Shape};
use crate::read::{Location, Number, ValidationError, ValidationErrors};
use crate::temporal::temporal_of;

impl Rules {
    /// Checks a default, given as JSON, against the rules of a value with this schema.
    pub(crate) fn of_default(
        &self,
        value: &Value,
        schemas: &mut Schemas,
        schema: &Schema,
        at: &Location<'_>,
        errors: &mut ValidationErrors,
    ) {
        let schema = match schemas.behind(schema).shape() {
            Shape::Nullable(inner) => schemas.behind(inner),
            _ => schemas.behind(schema),
        };
        let format = schema.keyword("format").and_then(OrderedJson::as_str);
        let format = format.unwrap_or_default();
        let mut own = self.own.iter();
        let broken = own.find_map(|rule| of_value(*rule, value, format));
        if let Some(error) = broken {
            errors.add(at, error);
        }
        let any = Schema::any();
        let inner = match schema.shape() {
            Shape::List(inner) | Shape::Map(inner) => inner,
            _ => &any,
        };
        match value {
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.of_items()
                        .of_default(item, schemas, inner, &at.item(index), errors);
                }
            }
            Value::Object(members) => {
                for (key, value) in members {
                    let inside = at.member(key);
                    let as_text = Value::from(key.as_str());
                    self.of_keys()
                        .of_default(&as_text, schemas, &any, &inside, errors);
                    self.of_items()
                        .of_default(value, schemas, inner, &inside, errors);
                }
            }
            _ => {}
        }
    }
}

/// Checks a value against a rule; a rule ignores kinds of value that it does not apply to.
fn of_value(rule: &dyn Rule, value: &Value, format: &str) -> Option<ValidationError> {
    match value {
        Value::Null | Value::Bool(_) => None,
        Value::Number(number) => rule.number(spelled(&number.to_string())?),
        // A decimal is a text in JSON.
        Value::String(text) => rule
            .text(text)
            .or_else(|| rule.temporal(&*temporal_of(format, text)?))
            .or_else(|| spelled(text).and_then(|number| rule.number(number))),
        Value::Array(items) => rule
            .items(Collection::List, items.len())
            .or_else(|| rule.repeated(&mut || repeated(items))),
        Value::Object(members) => rule.items(Collection::Map, members.len()),
    }
}

fn repeated(items: &[Value]) -> Option<[usize; 2]> {
    let mut pairs = items.iter().enumerate();
    pairs.find_map(|(index, item)| {
        let before = items[..index].iter().position(|other| other == item)?;
        Some([before, index])
    })
}

/// The number that a text spells, if it is one.
fn spelled(text: &str) -> Option<Number> {
    if let Ok(integer) = text.parse() {
        return Some(Number::Integer(integer));
    }
    let float: f64 = text.parse().ok()?;
    let decimal = text.split_once('.').and_then(|(whole, fraction)| {
        let digits = format!("{whole}{fraction}").parse().ok()?;
        let places = fraction.len().try_into().ok()?;
        Some(Number::Decimal { digits, places })
    });
    Some(decimal.unwrap_or(Number::Float(float)))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::model::{Schema, Schemas, Side};
    use crate::read::Number::Integer;
    use crate::read::{Location, ValidationErrors};
    use crate::rules::{DecimalPlaces, Ge, Le, MaxItems, MinLength, Rules, Unique};

    #[track_caller]
    fn check(rules: &Rules, default: &Value, expected: &[&str]) {
        let mut errors = ValidationErrors::default();
        let (mut schemas, any) = (Schemas::new(Side::Input), Schema::any());
        let at = Location::root("field");
        rules.of_default(default, &mut schemas, &any, &at, &mut errors);
        let found: Vec<String> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(found, expected, "{default}");
    }

    #[test]
    fn every_rule_is_asked_about_its_kind_of_value() {
        let numbers = Rules::own(&[&Le(Integer(3)), &DecimalPlaces(1)]);
        check(&numbers, &json!(3), &[]);
        check(&numbers, &json!(null), &[]);
        let too_large = "field: Input should be less than or equal to 3";
        check(&numbers, &json!(7), &[too_large]);
        check(&numbers, &json!(3.5), &[too_large]);
        check(&numbers, &json!("7.00"), &[too_large]);
        let too_long = "field: Decimal input should have no more than 1 decimal place";
        check(&numbers, &json!("2.25"), &[too_long]);
        let text = Rules::own(&[&MinLength(2)]);
        check(&text, &json!("ab"), &[]);
        let too_short = "field: String should have at least 2 characters";
        check(&text, &json!("a"), &[too_short]);
        let few = Rules::own(&[&MaxItems(2), &Unique]);
        check(&few, &json!([1, 2]), &[]);
        let repeated =
            "field: List should have unique items after validation, but items 0 and 1 are equal";
        check(&few, &json!(["a", "a"]), &[repeated]);
        let too_many = "field: Dictionary should have at most 2 items after validation, not more";
        check(&few, &json!({"a": 1, "b": 1, "c": 1}), &[too_many]);
    }

    #[test]
    fn what_it_contains_is_looked_at_too() {
        static POSITIVE: Rules = Rules::own(&[&Ge(Integer(1))]);
        static LONG: Rules = Rules::own(&[&MinLength(2)]);
        let rules = Rules {
            items: Some(&POSITIVE),
            keys: Some(&LONG),
            ..Rules::NONE
        };
        let said = "Input should be greater than or equal to 1";
        check(&rules, &json!([1, 0]), &[&format!("field[1]: {said}")]);
        let short = "field.a: String should have at least 2 characters";
        check(
            &rules,
            &json!({"ab": 1, "a": 0}),
            &[short, &format!("field.a: {said}")],
        );
    }
}
