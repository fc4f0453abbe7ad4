//! Schemas of two documents: whether each value of one is a value of the other.

use std::fmt::Display;

use serde_json::{Map, Value};

use super::resolve;

/// Which schema may not have values that the other one has not.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Sides {
    /// What the client sends: the new schema accepts all that the old one accepted.
    OldWithinNew,
    /// What the client reads: the new schema has nothing that the old one had not.
    NewWithinOld,
}

/// A comparison of two schemas and all that is in them.
pub(super) struct Comparison<'a> {
    old: &'a Value,
    new: &'a Value,
    pub(super) sides: Sides,
    /// The references that are being compared: a schema can contain itself.
    open: Vec<(String, String)>,
    pub(super) found: Vec<String>,
}

impl<'a> Comparison<'a> {
    pub(super) fn new(old: &'a Value, new: &'a Value, sides: Sides) -> Self {
        Self {
            old,
            new,
            sides,
            open: Vec::new(),
            found: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, place: &str, what: impl Display) {
        self.found.push(format!("{place}: {what}"));
    }

    /// Compares two schemas at a place.
    pub(super) fn compare(&mut self, place: &str, old: &Value, new: &Value) {
        let names = (reference(old), reference(new));
        let is_reference = !names.0.is_empty() || !names.1.is_empty();
        if is_reference {
            if self.open.contains(&names) {
                return;
            }
            self.open.push(names);
        }
        let (old_document, new_document) = (self.old, self.new);
        let old = merged(old_document, resolve(old_document, old));
        let new = merged(new_document, resolve(new_document, new));
        self.resolved(place, &old, &new);
        if is_reference {
            self.open.pop();
        }
    }

    fn resolved(&mut self, place: &str, old: &Value, new: &Value) {
        let (inner, outer) = self.in_order(old, new);
        if is_anything(outer) {
            return;
        }
        if let Some(branches) = alternatives(inner) {
            for branch in branches {
                let (old, new) = self.in_order(branch, outer);
                self.compare(place, old, new);
            }
            return;
        }
        if let Some(branches) = alternatives(outer) {
            return self.one_of(place, inner, branches);
        }
        if let Some(values) = values(inner) {
            return self.listed(place, &values, outer);
        }
        if let Some(values) = values(outer) {
            let values: Vec<_> = values.iter().map(ToString::to_string).collect();
            let what = match self.sides {
                Sides::OldWithinNew => "must now be",
                Sides::NewWithinOld => "need no longer be",
            };
            return self.add(place, format_args!("{what} one of {}", values.join(", ")));
        }
        if self.types(place, old, new) {
            self.bounds(place, old, new);
            self.object(place, old, new);
            self.array(place, old, new);
        }
    }

    /// Turns a pair of old and new into inner and outer, or back.
    fn in_order<'v>(&self, one: &'v Value, other: &'v Value) -> (&'v Value, &'v Value) {
        match self.sides {
            Sides::OldWithinNew => (one, other),
            Sides::NewWithinOld => (other, one),
        }
    }

    /// Finds an alternative of the outer schema that has all values of the inner one.
    fn one_of(&mut self, place: &str, inner: &Value, branches: &[Value]) {
        let before = self.found.len();
        // With one alternative beside `null`, its difference says more than "none of them".
        let mut closest: Option<Vec<String>> = None;
        for branch in branches {
            let (old, new) = self.in_order(inner, branch);
            self.compare(place, old, new);
            let different = self.found.split_off(before);
            if different.is_empty() {
                return;
            }
            let is_null = branch["type"] == "null";
            if !is_null {
                closest = match closest {
                    None => Some(different),
                    Some(_) => Some(Vec::new()),
                };
            }
        }
        match closest {
            Some(different) if !different.is_empty() => self.found.extend(different),
            _ => {
                let name = inner["title"].as_str();
                let name = name.map_or_else(|| type_names(inner), |name| format!("`{name}`"));
                let what = match self.sides {
                    Sides::OldWithinNew => "is no longer one of the alternatives",
                    Sides::NewWithinOld => "is a new alternative",
                };
                self.add(place, format_args!("{name} {what}"));
            }
        }
    }

    /// Checks each value of a list against the outer schema.
    fn listed(&mut self, place: &str, list: &[Value], outer: &Value) {
        for value in list {
            let fits = match values(outer) {
                Some(values) => values.contains(value),
                None => types(outer).is_none_or(|types| {
                    types.iter().any(|of| {
                        *of == type_of(value) || *of == "number" && type_of(value) == "integer"
                    })
                }),
            };
            if !fits {
                let what = match self.sides {
                    Sides::OldWithinNew => "is no longer accepted",
                    Sides::NewWithinOld => "is a new value",
                };
                self.add(place, format_args!("{value} {what}"));
            }
        }
    }

    /// Compares the types, and returns whether the rest can be compared.
    fn types(&mut self, place: &str, old: &Value, new: &Value) -> bool {
        let (inner, outer) = self.in_order(old, new);
        let Some(outer) = types(outer) else {
            return true;
        };
        let fits = types(inner).is_some_and(|inner| {
            inner
                .iter()
                .all(|of| outer.contains(of) || *of == "integer" && outer.contains(&"number"))
        });
        if !fits {
            let what = format!(
                "the type was {} and is {}",
                type_names(old),
                type_names(new)
            );
            self.add(place, what);
        }
        fits
    }

    fn array(&mut self, place: &str, old: &Value, new: &Value) {
        let place = format!("{place}: items");
        if old.get("items").is_some() || new.get("items").is_some() {
            let any = Value::Bool(true);
            self.compare(
                &place,
                old.get("items").unwrap_or(&any),
                new.get("items").unwrap_or(&any),
            );
        }
        let empty = Vec::new();
        let old = old["prefixItems"].as_array().unwrap_or(&empty);
        let new = new["prefixItems"].as_array().unwrap_or(&empty);
        for (old, new) in old.iter().zip(new) {
            self.compare(&place, old, new);
        }
    }
}

fn reference(schema: &Value) -> String {
    schema["$ref"].as_str().unwrap_or_default().to_owned()
}

/// Returns whether a schema accepts every value.
fn is_anything(schema: &Value) -> bool {
    match schema {
        Value::Object(members) => !members.keys().any(|key| {
            !matches!(
                key.as_str(),
                "title" | "description" | "default" | "examples" | "example" | "deprecated"
            )
        }),
        Value::Bool(false) => false,
        _ => true,
    }
}

fn alternatives(schema: &Value) -> Option<&Vec<Value>> {
    schema["anyOf"].as_array().or(schema["oneOf"].as_array())
}

/// Returns the values that a schema lists.
fn values(schema: &Value) -> Option<Vec<Value>> {
    match schema.get("const") {
        Some(value) => Some(vec![value.clone()]),
        None => schema["enum"].as_array().cloned(),
    }
}

/// Returns the types that a schema allows; `None` means every type.
fn types(schema: &Value) -> Option<Vec<&str>> {
    match &schema["type"] {
        Value::String(one) => Some(vec![one]),
        Value::Array(several) => Some(several.iter().filter_map(Value::as_str).collect()),
        _ => None,
    }
}

fn type_names(schema: &Value) -> String {
    match types(schema) {
        Some(types) => format!("`{}`", types.join("` or `")),
        None => "any".to_owned(),
    }
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// Returns a schema with the members of its `allOf` in one object.
fn merged(document: &Value, schema: &Value) -> Value {
    let Some(parts) = schema["allOf"].as_array() else {
        return schema.clone();
    };
    let mut whole = schema.as_object().cloned().unwrap_or_default();
    whole.remove("allOf");
    for part in parts {
        let part = merged(document, resolve(document, part));
        for (key, value) in part.as_object().into_iter().flatten() {
            merge(&mut whole, key, value);
        }
    }
    Value::Object(whole)
}

fn merge(whole: &mut Map<String, Value>, key: &str, value: &Value) {
    match (whole.get_mut(key), value) {
        (Some(Value::Object(own)), Value::Object(other)) if key == "properties" => {
            own.extend(other.clone());
        }
        (Some(Value::Array(own)), Value::Array(other)) if key == "required" => {
            own.extend(other.iter().cloned());
        }
        (Some(_), _) => {}
        (None, value) => {
            whole.insert(key.to_owned(), value.clone());
        }
    }
}
