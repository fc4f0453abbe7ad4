//! Adds the keywords of rules to schemas.

use super::Rules;
use crate::model::{OrderedJson, Schema, Schemas, Shape, Side};
use crate::read::{Location, ValidationErrors};

impl Schemas {
    /// Returns the schema with the keywords of `rules`, for the value itself and for its items and keys.
    ///
    /// ```
    /// use avocet::model::{Schema, Schemas, Side};
    /// use avocet::rules::{MinLength, Rules};
    ///
    /// let mut schemas = Schemas::new(Side::Input);
    /// let schema = schemas.under(Schema::string(), &Rules::own(&[&MinLength(1)]));
    /// assert_eq!(schema.keyword("minLength"), Some(&1.into()));
    /// ```
    pub fn under(&mut self, mut schema: Schema, rules: &Rules) -> Schema {
        self.constrain(&mut schema, rules);
        schema
    }

    fn constrain(&mut self, schema: &mut Schema, rules: &Rules) {
        if rules.is_empty() {
            return;
        }
        match schema.shape_mut() {
            Shape::Nullable(inner) => self.constrain(inner, rules),
            Shape::Reference(_) => schema.set_all(self.beside(schema, rules)),
            _ => {
                let described = schema.clone();
                self.constrain_itself(schema, rules, &described);
                if let (Some(rules), Shape::List(items) | Shape::Map(items)) =
                    (rules.items, schema.shape_mut())
                {
                    self.constrain(items, rules);
                }
            }
        }
    }

    /// Adds the keywords of the rules for the value itself, whose schema is `described`, and for its keys.
    fn constrain_itself(&mut self, schema: &mut Schema, rules: &Rules, described: &Schema) {
        rules.normalize.describe(rules.own, schema);
        for mistake in rules
            .own
            .iter()
            .filter_map(|rule| rule.mistake_on(described))
        {
            self.mistake(mistake);
        }
        if let (Some(rules), true) = (rules.keys, schema.is_map()) {
            let keys = self.under(Schema::string(), rules);
            schema.set("propertyNames", keys.to_json(&self.own_names()));
        }
    }

    /// Returns only the keywords, for a value described elsewhere: its shared schema must not change.
    fn beside(&mut self, schema: &Schema, rules: &Rules) -> Schema {
        let described = match self.behind(schema).shape() {
            Shape::Nullable(inner) => self.behind(inner),
            _ => self.behind(schema),
        };
        let is_map = described.is_map();
        let mut keywords = if is_map {
            Schema::map(Schema::any())
        } else {
            Schema::any()
        };
        self.constrain_itself(&mut keywords, rules, &described);
        if let (Some(rules), Shape::List(items) | Shape::Map(items)) =
            (rules.items, described.shape())
        {
            let items = self.beside(items, rules).keywords_json();
            keywords.set(
                if is_map {
                    "additionalProperties"
                } else {
                    "items"
                },
                items,
            );
        }
        keywords
    }

    /// Adds the default of a field or parameter, and reports a default that breaks the rules.
    pub(crate) fn set_default(
        &mut self,
        schema: &mut Schema,
        name: &str,
        rules: &Rules,
        default: OrderedJson,
    ) {
        let mut errors = ValidationErrors::default();
        // A secret's JSON is masked, so it cannot be checked.
        if self.side() == Side::Input && schema.keyword("writeOnly").is_none() {
            rules.of_default(
                &default.clone().into(),
                self,
                schema,
                &Location::root(name),
                &mut errors,
            );
        }
        for error in errors.iter() {
            self.mistake(format!("the default violates a rule: {error}"));
        }
        schema.set("default", default);
    }
}
