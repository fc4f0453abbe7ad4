//! The keywords that rules and authors add to a schema, and how several values of one keyword combine.

use super::{Schema, Shape};
use crate::model::{OrderedJson, object};
use crate::number::Number;

/// Keywords that check a value and cannot be merged: a second one is added next to the first.
const ALSO: [&str; 5] = ["pattern", "multipleOf", "propertyNames", "format", "not"];

impl Schema {
    /// Adds a keyword, or replaces it, as [`set`](Self::set) does.
    ///
    /// ```
    /// # use avocet::model::Schema;
    /// assert_eq!(Schema::string().with("format", "uuid").keyword("format"), Some(&"uuid".into()));
    /// ```
    pub fn with(mut self, keyword: &'static str, value: impl Into<OrderedJson>) -> Self {
        self.set(keyword, value);
        self
    }

    /// Adds the description, unless it is empty.
    ///
    /// ```
    /// # use avocet::model::Schema;
    /// assert!(Schema::string().describe("").keyword("description").is_none());
    /// ```
    pub fn describe(self, description: &str) -> Self {
        if description.is_empty() {
            self
        } else {
            self.with("description", description)
        }
    }

    /// Adds a keyword, or replaces it, in place. A keyword that checks a value is never weakened, because the type's own
    /// rule still holds: a bound only becomes narrower, and a second `pattern`, `multipleOf`, `propertyNames`, `format`
    /// or `not` is added to `allOf`.
    ///
    /// ```
    /// # use avocet::model::Schema;
    /// let mut schema = Schema::integer().with("minimum", 0);
    /// schema.set("minimum", -5);
    /// assert_eq!(schema.keyword("minimum"), Some(&0.into()));
    ///
    /// let mut schema = Schema::string().with("pattern", "a");
    /// schema.set("pattern", "b");
    /// assert_eq!(schema.keyword("pattern"), Some(&"a".into()));
    /// assert_eq!(schema.keyword("allOf").unwrap().to_string(), r#"[{"pattern":"b"}]"#);
    /// ```
    pub fn set(&mut self, keyword: &'static str, value: impl Into<OrderedJson>) {
        let value = value.into();
        match self.keywords.iter_mut().find(|(name, _)| *name == keyword) {
            Some((_, old)) if *old == value || is_looser(keyword, &value, old) => {}
            Some(_) if ALSO.contains(&keyword) => self.set_also(keyword, value),
            Some((_, old)) => *old = value,
            None => self.keywords.push((keyword, value)),
        }
    }

    /// Adds a second value of a keyword, so that both apply.
    fn set_also(&mut self, keyword: &'static str, value: OrderedJson) {
        let one = object! {keyword: value};
        match self.keywords.iter_mut().find(|(name, _)| *name == "allOf") {
            Some((_, OrderedJson::Array(all))) if all.contains(&one) => {}
            Some((_, OrderedJson::Array(all))) => all.push(one),
            Some(_) => {}
            None => self.keywords.push(("allOf", [one].into())),
        }
    }

    /// Appends a sentence to the description.
    pub(crate) fn note(&mut self, sentence: String) {
        if !self.notes.contains(&sentence) {
            self.notes.push(sentence);
        }
    }

    /// Adds every keyword of another schema.
    pub(crate) fn set_all(&mut self, other: Self) {
        for note in other.notes {
            self.note(note);
        }
        for (keyword, value) in other.keywords {
            match value {
                OrderedJson::Array(all) if keyword == "allOf" => self.set_all_of(all),
                value => self.set(keyword, value),
            }
        }
    }

    fn set_all_of(&mut self, further: Vec<OrderedJson>) {
        match self.keywords.iter_mut().find(|(name, _)| *name == "allOf") {
            Some((_, OrderedJson::Array(all))) => all.extend(further),
            _ => self.keywords.push(("allOf", further.into())),
        }
    }

    /// Removes a keyword.
    pub(crate) fn remove(&mut self, keyword: &str) -> Option<OrderedJson> {
        let index = self
            .keywords
            .iter()
            .position(|(name, _)| *name == keyword)?;
        Some(self.keywords.remove(index).1)
    }

    /// Adds a keyword for numbers. If there are several spellings, only the numeric ones get it, because it has no
    /// effect on text.
    pub(crate) fn set_of_number(&mut self, keyword: &'static str, value: impl Into<OrderedJson>) {
        let value = value.into();
        match &mut self.shape {
            Shape::AnyOf(spellings) => {
                for spelling in spellings {
                    spelling.set_of_number(keyword, value.clone());
                }
            }
            Shape::String => {}
            _ => self.set(keyword, value),
        }
    }

    /// The value of a keyword.
    ///
    /// ```
    /// # use avocet::model::Schema;
    /// assert!(Schema::string().keyword("format").is_none());
    /// ```
    pub fn keyword(&self, keyword: &str) -> Option<&OrderedJson> {
        self.keywords
            .iter()
            .find(|(name, _)| *name == keyword)
            .map(|(_, value)| value)
    }
}

fn is_looser(keyword: &str, new: &OrderedJson, old: &OrderedJson) -> bool {
    let number = |value: &OrderedJson| match value {
        OrderedJson::Integer(integer) => Some(Number::Integer(*integer)),
        OrderedJson::Float(float) => Some(Number::Float(*float)),
        _ => None,
    };
    match (keyword, number(new), number(old)) {
        (
            "minimum" | "exclusiveMinimum" | "minLength" | "minItems" | "minProperties",
            Some(new),
            Some(old),
        ) => new < old,
        (
            "maximum" | "exclusiveMaximum" | "maxLength" | "maxItems" | "maxProperties",
            Some(new),
            Some(old),
        ) => new > old,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Schema;
    use crate::model::{Schemas, Side};

    #[track_caller]
    fn check(schema: &Schema, expected: &serde_json::Value) {
        let names = Schemas::new(Side::Input).own_names();
        assert_eq!(schema.to_json(&names), *expected);
    }

    #[test]
    fn two_rules_of_one_keyword_both_hold() {
        let mut schema = Schema::string().with("pattern", "^a");
        for pattern in ["^a", "b", "c$", "b"] {
            schema.set("pattern", pattern);
        }
        check(
            &schema,
            &json!({"type": "string", "pattern": "^a", "allOf": [{"pattern": "b"}, {"pattern": "c$"}]}),
        );
        let mut schema = Schema::integer().with("multipleOf", 2).with("minimum", 0);
        schema.set_all(
            Schema::any()
                .with("multipleOf", 3)
                .with("multipleOf", 5)
                .with("minimum", 4),
        );
        schema.set_all(
            Schema::any()
                .with("multipleOf", 2)
                .with("multipleOf", 7)
                .with("minimum", 1),
        );
        check(
            &schema,
            &json!({
                "type": "integer", "multipleOf": 2, "minimum": 4,
                "allOf": [{"multipleOf": 3}, {"multipleOf": 5}, {"multipleOf": 7}],
            }),
        );
    }

    #[test]
    fn notes_are_replaced() {
        let schema = Schema::string()
            .with("description", "a")
            .with("description", "b");
        check(&schema, &json!({"type": "string", "description": "b"}));
    }
}
