//! Objects of two documents: their properties.

use serde_json::Value;

use super::schema::{Comparison, Sides};

impl Comparison<'_> {
    pub(super) fn object(&mut self, place: &str, old: &Value, new: &Value) {
        self.properties(place, old, new);
        self.required(place, old, new);
        self.additional(place, old, new);
    }

    fn properties(&mut self, place: &str, old: &Value, new: &Value) {
        for (name, schema) in old["properties"].as_object().into_iter().flatten() {
            let place = format!("{place}: `{name}`");
            match new["properties"].get(name) {
                Some(other) => self.compare(&place, schema, other),
                None => self.add(&place, "is gone"),
            }
        }
    }

    fn required(&mut self, place: &str, old: &Value, new: &Value) {
        let (before, after) = (names(old), names(new));
        match self.sides {
            Sides::OldWithinNew => {
                for name in after.iter().filter(|name| !before.contains(name)) {
                    let is_new = old["properties"].get(name).is_none();
                    let what = if is_new {
                        "is new and required"
                    } else {
                        "is now required"
                    };
                    self.add(&format!("{place}: `{name}`"), what);
                }
            }
            Sides::NewWithinOld => {
                let is_optional =
                    |name: &&&str| !after.contains(name) && !new["properties"][**name].is_null();
                for name in before.iter().filter(is_optional) {
                    self.add(&format!("{place}: `{name}`"), "may now be absent");
                }
            }
        }
    }

    fn additional(&mut self, place: &str, old: &Value, new: &Value) {
        let any = Value::Bool(true);
        let before = old.get("additionalProperties").unwrap_or(&any);
        let after = new.get("additionalProperties").unwrap_or(&any);
        match (before.as_bool(), after.as_bool()) {
            (Some(before), Some(after)) => {
                if before && !after && self.sides == Sides::OldWithinNew {
                    self.add(place, "unknown properties are no longer accepted");
                }
            }
            _ => self.compare(&format!("{place}: values"), before, after),
        }
    }
}

fn names(schema: &Value) -> Vec<&str> {
    let names = schema["required"].as_array();
    names
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}
