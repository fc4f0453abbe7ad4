//! A JSON Schema (2020-12) as typed data.

use serde_json::{Map, Value, json};

use super::{ModelId, Names};
use crate::read::Number;

/// The schema of a value: its shape, and the keywords that rules and authors added.
///
/// ```
/// use avocet::model::{Schema, Schemas, Side};
///
/// let schema = Schema::list(Schema::string()).with("maxItems", 3);
/// let names = Schemas::new(Side::Input).own_names();
/// assert_eq!(schema.to_json(&names).to_string(), r#"{"type":"array","items":{"type":"string"},"maxItems":3}"#);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Schema {
    shape: Shape,
    keywords: Vec<(&'static str, Value)>,
    /// Rules that no keyword can express, appended to the description.
    notes: Vec<String>,
}

/// The kind of value that a [`Schema`] describes.
///
/// ```
/// use avocet::model::{Schema, Shape};
///
/// assert_eq!(Schema::boolean().shape(), &Shape::Boolean);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// Any JSON value.
    Any,
    /// `true` or `false`.
    Boolean,
    /// A number without a fraction, in any spelling.
    Integer,
    /// A number.
    Number,
    /// Text.
    String,
    /// An array of items with one schema.
    List(Box<Schema>),
    /// An array of fixed length with a schema for each position.
    Tuple(Vec<Schema>),
    /// An object whose keys are data.
    Map(Box<Schema>),
    /// An object with known members; a closed one rejects all others.
    Object {
        /// The members in the order of declaration.
        properties: Vec<Property>,
        /// Whether unknown members are rejected.
        closed: bool,
        /// The schema of every unknown member, if it is known.
        others: Option<Box<Schema>>,
    },
    /// One of these values.
    Enum(Vec<Value>),
    /// Exactly one of these, chosen by a tag member if there is one.
    OneOf {
        /// The alternatives.
        variants: Vec<Schema>,
        /// The tag member's name, and each of its values with the index of the alternative that it selects.
        tag: Option<(&'static str, Vec<(String, usize)>)>,
    },
    /// At least one of these, for different spellings of one value.
    AnyOf(Vec<Schema>),
    /// The value or `null`.
    Nullable(Box<Schema>),
    /// Text that holds JSON.
    Encoded(Box<Schema>),
    /// A named model, described elsewhere.
    Reference(ModelId),
}

/// A member of an object.
///
/// ```
/// use avocet::model::{Property, Schema};
///
/// let id = Property::new("id", Schema::integer(), true);
/// assert!(id.required);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Property {
    /// The name on the wire.
    pub name: String,
    /// The member's description.
    pub schema: Schema,
    /// Whether the member is required.
    pub required: bool,
    /// Further names that are read; the document does not show them.
    pub aliases: Vec<String>,
    /// Whether a header uses the name verbatim, with its underscores.
    pub verbatim: bool,
    /// Whether an empty text of a query, header or cookie counts as absent, as it always does in a form.
    pub empty_is_absent: bool,
}

impl Property {
    /// Creates a member with this name on the wire.
    ///
    /// ```
    /// # use avocet::model::{Property, Schema};
    /// assert_eq!(Property::new("id", Schema::integer(), true).name, "id");
    /// ```
    pub fn new(name: impl Into<String>, schema: Schema, required: bool) -> Self {
        Self {
            name: name.into(),
            schema,
            required,
            aliases: Vec::new(),
            verbatim: false,
            empty_is_absent: false,
        }
    }
}

macro_rules! shapes {
    ($($name:ident $shape:ident $doc:literal;)*) => {$(
        #[doc = $doc]
        ///
        /// ```
        /// use avocet::model::{Schema, Shape};
        ///
        #[doc = concat!("assert_eq!(Schema::", stringify!($name), "().shape(), &Shape::", stringify!($shape), ");")]
        /// ```
        pub const fn $name() -> Self {
            Self::of(Shape::$shape)
        }
    )*};
}

impl Schema {
    shapes! {
        any Any "Any JSON value.";
        boolean Boolean "`true` or `false`.";
        integer Integer "A number without a fraction, however it is spelled.";
        number Number "A number.";
        string String "Text.";
    }

    const fn of(shape: Shape) -> Self {
        Self {
            shape,
            keywords: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// Raw bytes, such as a file of a form or the body of a response.
    ///
    /// `contentMediaType` is JSON Schema's keyword for them. `format: binary` is added because client generators, and
    /// docs pages for lists of files, still rely on it.
    ///
    /// ```
    /// # use avocet::model::Schema;
    /// assert_eq!(Schema::binary().keyword("format"), Some(&"binary".into()));
    /// ```
    pub fn binary() -> Self {
        Self::string()
            .with("format", "binary")
            .with("contentMediaType", "application/octet-stream")
    }

    /// Whether this is bytes, a list of bytes, or a nullable form of them.
    pub(crate) fn is_binary(&self) -> bool {
        match &self.shape {
            Shape::List(inner) | Shape::Nullable(inner) => inner.is_binary(),
            _ => self
                .keyword("format")
                .is_some_and(|format| format == "binary"),
        }
    }

    /// An array of `items`.
    ///
    /// ```
    /// # use avocet::model::Schema;
    /// let vector = Schema::list(Schema::number());
    /// ```
    pub fn list(items: Self) -> Self {
        Self::of(Shape::List(Box::new(items)))
    }

    /// An array with one schema for each position.
    ///
    /// ```
    /// # use avocet::model::Schema;
    /// let point = Schema::tuple(vec![Schema::number(), Schema::number()]);
    /// ```
    pub const fn tuple(locations: Vec<Self>) -> Self {
        Self::of(Shape::Tuple(locations))
    }

    /// An object of `values` by keys that are data.
    ///
    /// ```
    /// # use avocet::model::Schema;
    /// assert!(Schema::map(Schema::integer()).is_map());
    /// ```
    pub fn map(values: Self) -> Self {
        Self::of(Shape::Map(Box::new(values)))
    }

    /// An object with known members.
    ///
    /// ```
    /// # use avocet::model::{Property, Schema};
    /// let item = Schema::object(vec![Property::new("id", Schema::integer(), true)]);
    /// ```
    pub const fn object(properties: Vec<Property>) -> Self {
        Self::of(Shape::Object {
            properties,
            closed: false,
            others: None,
        })
    }

    /// Makes an object reject unknown members; other shapes are unchanged.
    ///
    /// ```
    /// # use avocet::model::Schema;
    /// let nothing_else = Schema::object(vec![]).closed();
    /// ```
    pub fn closed(mut self) -> Self {
        if let Shape::Object { closed, .. } = &mut self.shape {
            *closed = true;
        }
        self
    }

    /// Sets the schema of an object's unknown members; other shapes are unchanged.
    ///
    /// ```
    /// # use avocet::model::{Property, Schema};
    /// let scores = Schema::object(vec![Property::new("name", Schema::string(), true)]).others(Schema::number());
    /// ```
    pub fn others(mut self, schema: Self) -> Self {
        if let Shape::Object { others, .. } = &mut self.shape {
            *others = Some(Box::new(schema));
        }
        self
    }

    /// One of these values.
    ///
    /// ```
    /// # use avocet::model::Schema;
    /// let level = Schema::one_of_values(["low", "high"]);
    /// ```
    pub fn one_of_values<V: Into<Value>>(values: impl IntoIterator<Item = V>) -> Self {
        Self::of(Shape::Enum(values.into_iter().map(Into::into).collect()))
    }

    /// Exactly one of these.
    ///
    /// ```
    /// # use avocet::model::Schema;
    /// let id = Schema::one_of(vec![Schema::integer(), Schema::string()]);
    /// ```
    pub const fn one_of(variants: Vec<Self>) -> Self {
        Self::of(Shape::OneOf {
            variants,
            tag: None,
        })
    }

    /// At least one of these, for a value with several spellings.
    ///
    /// ```
    /// # use avocet::model::Schema;
    /// let price = Schema::any_of(vec![Schema::number(), Schema::string()]);
    /// ```
    pub const fn any_of(spellings: Vec<Self>) -> Self {
        Self::of(Shape::AnyOf(spellings))
    }

    /// One of these objects, chosen by the value of the member `tag`: one name for each variant.
    ///
    /// ```
    /// # use avocet::model::Schema;
    /// let pet = Schema::tagged("kind", vec![("cat".into(), Schema::object(vec![]))]);
    /// ```
    pub fn tagged(tag: &'static str, variants: Vec<(String, Self)>) -> Self {
        let (names, variants): (Vec<String>, _) = variants.into_iter().unzip();
        let tags = names.into_iter().zip(0..).collect();
        Self::of(Shape::OneOf {
            variants,
            tag: Some((tag, tags)),
        })
    }

    /// Adds further values of the tag, each with the index of the alternative that it selects; other shapes are
    /// unchanged.
    ///
    /// ```
    /// # use avocet::model::Schema;
    /// let pet = Schema::tagged("kind", vec![("cat".into(), Schema::object(vec![]))]).tag_aliases(&[("kitten", 0)]);
    /// ```
    pub fn tag_aliases(mut self, aliases: &[(&str, usize)]) -> Self {
        if let Shape::OneOf {
            tag: Some((_, tags)),
            ..
        } = &mut self.shape
        {
            tags.extend(aliases.iter().map(|&(tag, index)| (tag.to_owned(), index)));
        }
        self
    }

    /// The value or `null`; a nullable schema is unchanged.
    ///
    /// ```
    /// # use avocet::model::Schema;
    /// let nickname = Schema::string().nullable();
    /// ```
    pub fn nullable(self) -> Self {
        match self.shape {
            Shape::Nullable(_) | Shape::Any => self,
            _ => Self::of(Shape::Nullable(Box::new(self))),
        }
    }

    /// Text that contains JSON with this schema, such as the data of an event.
    ///
    /// ```
    /// # use avocet::model::Schema;
    /// let data = Schema::encoded_json(Schema::integer());
    /// ```
    pub fn encoded_json(content: Self) -> Self {
        Self::of(Shape::Encoded(Box::new(content)))
    }

    pub(crate) const fn reference(model: ModelId) -> Self {
        Self::of(Shape::Reference(model))
    }

    /// The shape.
    ///
    /// ```
    /// # use avocet::model::{Schema, Shape};
    /// assert_eq!(Schema::any().shape(), &Shape::Any);
    /// ```
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    pub(crate) fn shape_mut(&mut self) -> &mut Shape {
        &mut self.shape
    }

    /// Whether it is an object whose keys are data.
    ///
    /// ```
    /// # use avocet::model::Schema;
    /// assert!(!Schema::any().is_map());
    /// ```
    pub fn is_map(&self) -> bool {
        matches!(self.shape, Shape::Map(_))
    }

    /// Adds a keyword, or replaces it, as [`set`](Self::set) does.
    ///
    /// ```
    /// # use avocet::model::Schema;
    /// assert_eq!(Schema::string().with("format", "uuid").keyword("format"), Some(&"uuid".into()));
    /// ```
    pub fn with(mut self, keyword: &'static str, value: impl Into<Value>) -> Self {
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
    /// assert_eq!(schema.keyword("allOf"), Some(&serde_json::json!([{"pattern": "b"}])));
    /// ```
    pub fn set(&mut self, keyword: &'static str, value: impl Into<Value>) {
        let value = value.into();
        match self.keywords.iter_mut().find(|(name, _)| *name == keyword) {
            Some((_, old)) if *old == value || is_looser(keyword, &value, old) => {}
            Some(_) if ALSO.contains(&keyword) => self.set_also(keyword, &value),
            Some((_, old)) => *old = value,
            None => self.keywords.push((keyword, value)),
        }
    }

    /// Adds a second value of a keyword, so that both apply.
    fn set_also(&mut self, keyword: &'static str, value: &Value) {
        let one = json!({keyword: value});
        match self.keywords.iter_mut().find(|(name, _)| *name == "allOf") {
            Some((_, Value::Array(all))) if all.contains(&one) => {}
            Some((_, Value::Array(all))) => all.push(one),
            Some(_) => {}
            None => self.keywords.push(("allOf", json!([one]))),
        }
    }

    /// Appends a sentence to the description.
    pub(crate) fn note(&mut self, sentence: String) {
        if !self.notes.contains(&sentence) {
            self.notes.push(sentence);
        }
    }

    /// Adds every keyword of another schema.
    pub(super) fn set_all(&mut self, other: Self) {
        for note in other.notes {
            self.note(note);
        }
        for (keyword, value) in other.keywords {
            match value {
                Value::Array(all) if keyword == "allOf" => self.set_all_of(all),
                value => self.set(keyword, value),
            }
        }
    }

    fn set_all_of(&mut self, further: Vec<Value>) {
        match self.keywords.iter_mut().find(|(name, _)| *name == "allOf") {
            Some((_, Value::Array(all))) => all.extend(further),
            _ => self.keywords.push(("allOf", further.into())),
        }
    }

    /// Removes a keyword.
    pub(crate) fn remove(&mut self, keyword: &str) -> Option<Value> {
        let index = self
            .keywords
            .iter()
            .position(|(name, _)| *name == keyword)?;
        Some(self.keywords.remove(index).1)
    }

    /// Adds a keyword for numbers. If there are several spellings, only the numeric ones get it, because it has no
    /// effect on text.
    pub(crate) fn set_of_number(&mut self, keyword: &'static str, value: impl Into<Value>) {
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
    pub fn keyword(&self, keyword: &str) -> Option<&Value> {
        self.keywords
            .iter()
            .find(|(name, _)| *name == keyword)
            .map(|(_, value)| value)
    }

    /// Converts the schema to JSON. Each named model is a reference to `#/components/schemas/…` with its name in
    /// `names`.
    ///
    /// ```
    /// use avocet::model::{Schema, Schemas, Side};
    ///
    /// let names = Schemas::new(Side::Input).own_names();
    /// assert_eq!(Schema::integer().to_json(&names)["type"], "integer");
    /// ```
    pub fn to_json(&self, names: &Names) -> Value {
        let mut object = self.shape.to_json(names);
        object.extend(self.keywords_json());
        Value::Object(object)
    }

    /// Only the keywords, as JSON.
    pub(super) fn keywords_json(&self) -> Map<String, Value> {
        let own = self.keywords.iter();
        let mut keywords: Map<String, Value> = own
            .map(|(keyword, value)| ((*keyword).to_owned(), value.clone()))
            .collect();
        if !self.notes.is_empty() {
            let notes = self.notes.join(" ");
            let description = match self.keyword("description").and_then(Value::as_str) {
                Some(description) => format!("{description}\n\n{notes}"),
                None => notes,
            };
            keywords.insert("description".to_owned(), description.into());
        }
        keywords
    }

    /// Collects every named model that is referred to, at any depth.
    pub(crate) fn references(&self, found: &mut Vec<ModelId>) {
        self.each(&mut |schema| {
            if let Shape::Reference(id) = schema.shape {
                found.push(id);
            }
        });
    }

    /// Whether it contains a secret at any depth, without following references.
    pub(crate) fn holds_a_secret(&self) -> bool {
        let mut holds = false;
        self.each(&mut |schema| holds |= schema.keyword("writeOnly").is_some());
        holds
    }

    /// Calls `visit` for this schema and every schema inside it.
    fn each(&self, visit: &mut dyn FnMut(&Self)) {
        visit(self);
        match &self.shape {
            Shape::List(inner)
            | Shape::Map(inner)
            | Shape::Nullable(inner)
            | Shape::Encoded(inner) => inner.each(visit),
            Shape::Tuple(parts)
            | Shape::AnyOf(parts)
            | Shape::OneOf {
                variants: parts, ..
            } => parts.iter().for_each(|part| part.each(visit)),
            Shape::Object {
                properties, others, ..
            } => {
                let known = properties.iter().map(|property| &property.schema);
                known.chain(others.as_deref()).for_each(|it| it.each(visit));
            }
            Shape::Any
            | Shape::Boolean
            | Shape::Integer
            | Shape::Number
            | Shape::String
            | Shape::Enum(_)
            | Shape::Reference(_) => {}
        }
    }
}

impl Shape {
    fn to_json(&self, names: &Names) -> Map<String, Value> {
        let all = |schemas: &[Schema]| {
            schemas
                .iter()
                .map(|schema| schema.to_json(names))
                .collect::<Vec<_>>()
        };
        let object = match self {
            Self::Any => json!({}),
            Self::Boolean => json!({"type": "boolean"}),
            Self::Integer => json!({"type": "integer"}),
            Self::Number => json!({"type": "number"}),
            Self::String => json!({"type": "string"}),
            Self::List(items) => json!({"type": "array", "items": items.to_json(names)}),
            Self::Tuple(locations) => json!({
                "type": "array", "prefixItems": all(locations), "minItems": locations.len(), "maxItems": locations.len(),
            }),
            Self::Map(values) => {
                json!({"type": "object", "additionalProperties": members_json(values, names)})
            }
            Self::Object {
                properties,
                closed,
                others,
            } => {
                let others = others.as_ref().map(|others| members_json(others, names));
                object_json(properties, others.or(closed.then_some(false.into())), names)
            }
            Self::Enum(values) if values.iter().all(Value::is_string) => {
                json!({"type": "string", "enum": values})
            }
            Self::Enum(values) if values.iter().all(|value| value.is_i64() || value.is_u64()) => {
                json!({"type": "integer", "enum": values})
            }
            Self::Enum(values) if values.iter().all(Value::is_boolean) => {
                json!({"type": "boolean", "enum": values})
            }
            Self::Enum(values) => json!({"enum": values}),
            Self::OneOf { variants, tag } => {
                let mut object = json!({"oneOf": all(variants)});
                if let Some((property, tags)) = tag {
                    let mapping: Map<String, Value> = tags
                        .iter()
                        .filter_map(|(tag, index)| match variants.get(*index)?.shape {
                            Shape::Reference(id) => Some((tag.clone(), names.path(id).into())),
                            _ => None,
                        })
                        .collect();
                    object["discriminator"] = json!({"propertyName": property, "mapping": mapping});
                }
                object
            }
            Self::AnyOf(spellings) => json!({"anyOf": all(spellings)}),
            Self::Nullable(inner) => match &inner.shape {
                // Several spellings are alternatives next to `null`, not nested in one.
                Self::AnyOf(spellings) if inner.keywords_json().is_empty() => {
                    let mut alternatives = all(spellings);
                    alternatives.push(json!({"type": "null"}));
                    json!({"anyOf": alternatives})
                }
                _ => json!({"anyOf": [inner.to_json(names), {"type": "null"}]}),
            },
            Self::Encoded(content) => json!({
                "type": "string", "contentMediaType": "application/json", "contentSchema": content.to_json(names),
            }),
            Self::Reference(id) => json!({"$ref": names.path(*id)}),
        };
        match object {
            Value::Object(object) => object,
            _ => Map::new(),
        }
    }
}

/// The schema of an object's members: `true` for any value.
fn members_json(schema: &Schema, names: &Names) -> Value {
    match schema.to_json(names) {
        Value::Object(any) if any.is_empty() => true.into(),
        schema => schema,
    }
}

fn object_json(properties: &[Property], others: Option<Value>, names: &Names) -> Value {
    let members: Map<String, Value> = properties
        .iter()
        .map(|property| (property.name.clone(), property.schema.to_json(names)))
        .collect();
    let required: Vec<&str> = properties
        .iter()
        .filter(|property| property.required)
        .map(|property| property.name.as_str())
        .collect();
    let mut object = json!({"type": "object", "properties": members});
    if !required.is_empty() {
        object["required"] = json!(required);
    }
    if let Some(others) = others {
        object["additionalProperties"] = others;
    }
    object
}

/// Keywords that check a value and cannot be merged: a second one is added next to the first.
const ALSO: [&str; 5] = ["pattern", "multipleOf", "propertyNames", "format", "not"];

fn is_looser(keyword: &str, new: &Value, old: &Value) -> bool {
    let number = |value: &Value| {
        value
            .as_i64()
            .map(i128::from)
            .or(value.as_u64().map(i128::from))
            .map(Number::Integer)
            .or(value.as_f64().map(Number::Float))
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
