//! Descriptions of the members of an object.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::flat::{Flat, FlatMembers};

use crate::input::Input;
use crate::model::{
    Members as JsonMembers, Model, OrderedJson, Property, Schema, Schemas, Shape, Side,
};
use crate::rules::Rules;

/// The description of one field of a model.
#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a word of its own in the attributes"
)]
pub struct Member {
    name: &'static str,
    schema: fn(&mut Schemas) -> Schema,
    rules: &'static Rules,
    description: &'static str,
    reads: bool,
    writes: bool,
    must_be_sent: bool,
    always_answered: bool,
    deprecated: bool,
    default: Option<OrderedJson>,
    examples: Vec<OrderedJson>,
    aliases: &'static [&'static str],
    verbatim: bool,
    finite_or_null: bool,
    empty_is_absent: bool,
}

impl Member {
    /// A field that is read and sent, and is required on both sides.
    pub fn of<T: Model>(name: &'static str) -> Self {
        Self::described(name, T::schema)
    }

    /// The same for a type without a description.
    pub fn described(name: &'static str, schema: fn(&mut Schemas) -> Schema) -> Self {
        Self {
            name,
            schema,
            rules: &Rules::NONE,
            description: "",
            reads: true,
            writes: true,
            must_be_sent: true,
            always_answered: true,
            deprecated: false,
            default: None,
            examples: Vec::new(),
            aliases: &[],
            verbatim: false,
            finite_or_null: false,
            empty_is_absent: false,
        }
    }

    /// Further names that are read.
    pub fn aliases(mut self, aliases: &'static [&'static str]) -> Self {
        self.aliases = aliases;
        self
    }

    /// Non-finite floats are sent as `null`.
    pub fn finite_or_null(mut self) -> Self {
        self.finite_or_null = true;
        self
    }

    /// An empty text of a query, header or cookie counts as absent.
    pub fn empty_is_absent(mut self) -> Self {
        self.empty_is_absent = true;
        self
    }

    /// As a header, the field's name is used verbatim.
    pub fn verbatim(mut self) -> Self {
        self.verbatim = true;
        self
    }

    /// Optional if the type has an absent value.
    pub fn sent_unless_absent<T: Input>(mut self) -> Self {
        self.must_be_sent = T::absent().is_none();
        self
    }

    /// Optional if serde has an absent value for the type.
    pub fn sent_unless_absent_for_serde<T: DeserializeOwned>(mut self) -> Self {
        self.must_be_sent = super::absent_for_serde::<T>().is_none();
        self
    }

    /// Optional because of a default, with its JSON if that is known.
    pub fn default(mut self, value: Option<OrderedJson>) -> Self {
        self.must_be_sent = false;
        self.default = value;
        self
    }

    pub fn not_always_answered(mut self) -> Self {
        self.always_answered = false;
        self
    }

    pub fn only_read(mut self) -> Self {
        self.writes = false;
        self
    }

    pub fn only_answered(mut self) -> Self {
        self.reads = false;
        self
    }

    pub fn rules(mut self, rules: &'static Rules) -> Self {
        self.rules = rules;
        self
    }

    pub fn description(mut self, description: &'static str) -> Self {
        self.description = description;
        self
    }

    pub fn deprecated(mut self) -> Self {
        self.deprecated = true;
        self
    }

    pub fn example(mut self, value: impl Serialize) -> Self {
        self.examples.extend(json(&value));
        self
    }
}

/// The members of an object that is being described.
#[derive(Debug)]
pub struct Members<'s> {
    schemas: &'s mut Schemas,
    properties: Vec<Property>,
    /// The names of the flattened models, and whether each rejects unknown members.
    flat: Vec<(String, bool)>,
    /// The schema of all other members, if a flattened map takes them.
    others: Option<Schema>,
    /// The members that are required if another one is present.
    together: JsonMembers,
}

impl<'s> Members<'s> {
    pub fn new(schemas: &'s mut Schemas) -> Self {
        Self {
            schemas,
            properties: Vec::new(),
            flat: Vec::new(),
            others: None,
            together: JsonMembers::new(),
        }
    }

    /// Begins with the tag of the object's variant.
    pub fn tagged(schemas: &'s mut Schemas, tag: Property) -> Self {
        Self {
            schemas,
            properties: vec![tag],
            flat: Vec::new(),
            others: None,
            together: JsonMembers::new(),
        }
    }

    /// Adds a field, unless it does not exist on the described side.
    pub fn with(mut self, member: Member) -> Self {
        let required = match self.schemas.side() {
            Side::Input if member.reads => member.must_be_sent,
            Side::Output if member.writes => member.always_answered,
            _ => return self,
        };
        let mut schema = (member.schema)(self.schemas);
        if member.finite_or_null {
            schema = self.schemas.floats_or_null(schema);
        }
        let mut schema = self
            .schemas
            .under(schema, member.rules)
            .describe(member.description);
        if let Some(default) = member.default {
            self.schemas
                .set_default(&mut schema, member.name, member.rules, default);
        }
        if member.deprecated {
            schema.set("deprecated", true);
        }
        if !member.examples.is_empty() {
            schema.set("examples", member.examples);
        }
        let mut property = Property::new(member.name, schema, required);
        property.aliases = member
            .aliases
            .iter()
            .map(|&alias| alias.to_owned())
            .collect();
        property.verbatim = member.verbatim;
        property.empty_is_absent = member.empty_is_absent;
        self.properties.push(property);
        self
    }

    /// Adds the members of a flattened field.
    pub fn flat<T: Flat>(mut self) -> Self {
        if self.others.is_some() {
            self.schemas.mistake(format!(
                "`{}` is flattened after a map that takes all other members; flatten the map last",
                T::name()
            ));
        }
        let schema = T::schema(self.schemas);
        match T::MEMBERS {
            FlatMembers::Others => {
                if let Shape::Map(values) = schema.shape() {
                    self.others = Some((**values).clone());
                }
                self
            }
            FlatMembers::Own => self.members_of::<T>(&schema, false),
            FlatMembers::OwnOrNone => match schema.shape() {
                Shape::Nullable(model) => self.members_of::<T>(model, true),
                _ => self,
            },
        }
    }

    fn members_of<T: Model>(mut self, schema: &Schema, or_none: bool) -> Self {
        let Shape::Object {
            mut properties,
            closed,
            others,
        } = self.schemas.behind(schema).shape().clone()
        else {
            self.schemas.mistake(format!(
                "`{}` cannot be flattened: it contains itself or is not an object",
                T::name()
            ));
            return self;
        };
        self.flat.push((T::name(), closed));
        if or_none {
            self.together(&mut properties);
            if closed || others.is_some() {
                self.schemas.mistake(format!(
                    "`{}` reads all members, so its presence cannot be determined; flatten it without `Option`",
                    T::name()
                ));
            }
        }
        self.others = self.others.or(others.map(|others| *others));
        self.properties.extend(properties);
        self
    }

    /// Properties that are either all absent, or all present if required.
    fn together(&mut self, properties: &mut [Property]) {
        let required: Vec<String> = properties
            .iter()
            .filter(|it| it.required)
            .map(|it| it.name.clone())
            .collect();
        for property in properties {
            property.required = false;
            let others = required.iter().filter(|name| **name != property.name);
            let others: Vec<&str> = others.map(String::as_str).collect();
            if !others.is_empty() {
                self.together.insert(property.name.clone(), others.into());
            }
        }
    }

    /// Reports members with the same name, which only flattened models can cause.
    fn differ(&mut self) {
        for (index, property) in self.properties.iter().enumerate() {
            let name = &property.name;
            if self.properties[..index]
                .iter()
                .any(|known| known.name == *name)
            {
                self.schemas.mistake(format!(
                    "the member \"{name}\" is both in a flattened model and in the object around it, or in two flattened models; rename one"
                ));
            }
        }
    }

    pub fn object(mut self, description: &str) -> Schema {
        if !self.flat.is_empty() {
            self.differ();
        }
        let mut schema = Schema::object(self.properties).describe(description);
        let takes_others = self.others.is_some();
        if let Some(others) = self.others {
            schema = schema.others(others);
        }
        if !self.together.is_empty() {
            schema.set("dependentRequired", self.together);
        }
        let alone = self.flat.len() == 1 && !takes_others;
        match self.flat.iter().find(|(_, closed)| *closed) {
            None => schema,
            Some(_) if alone => schema.closed(),
            Some((name, _)) => {
                self.schemas.mistake(format!(
                    "`{name}` has `deny_unknown_fields` and would reject the members of the object around it; remove `deny_unknown_fields`"
                ));
                schema
            }
        }
    }
}

/// Describes the inner value of a newtype whose non-finite floats are sent as `null`.
pub fn describe_or_null<T: Model>(schemas: &mut Schemas) -> Schema {
    let schema = T::schema(schemas);
    schemas.floats_or_null(schema)
}

/// The value as JSON, if it can be serialized.
pub fn json<T: Serialize + ?Sized>(value: &T) -> Option<OrderedJson> {
    OrderedJson::of(value).ok()
}

/// A default's JSON, if it can be serialized.
pub fn default_json<T: Serialize>(default: impl FnOnce() -> T) -> Option<OrderedJson> {
    json(&default())
}

/// The examples that can be serialized to JSON.
pub fn examples(values: &[Option<OrderedJson>]) -> Vec<OrderedJson> {
    values.iter().flatten().cloned().collect()
}
