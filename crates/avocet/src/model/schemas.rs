//! The named models that descriptions refer to.

use std::any::{TypeId, type_name};
use std::collections::HashMap;

use serde_json::Value;

use super::{Model, Property, Schema, Shape};
use crate::read::{Place, Problems};
use crate::rules::Rules;

/// Whether a value comes in or goes out: some members exist on one side only.
///
/// ```
/// assert_ne!(avocet::model::Side::Input, avocet::model::Side::Output);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// Read from requests.
    Input,
    /// Written into answers.
    Output,
}

/// Which model a reference means: the Rust type, one of its variants where these are models too, and the side.
///
/// ```
/// use avocet::model::{Model, Schema, Schemas, Shape, Side};
///
/// struct Named;
/// impl Model for Named {
///     fn name() -> String {
///         "Named".into()
///     }
///     fn schema(schemas: &mut Schemas) -> Schema {
///         schemas.named::<Self>(|_| Schema::object(vec![]))
///     }
/// }
/// let schema = Named::schema(&mut Schemas::new(Side::Input));
/// assert!(matches!(schema.shape(), Shape::Reference(_)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ModelId {
    model: TypeId,
    variant: Option<usize>,
    side: Side,
}

/// A named model and where it comes from.
///
/// ```
/// # use avocet::model::{Schemas, Side};
/// assert!(Schemas::new(Side::Output).definitions().is_empty());
/// ```
#[derive(Clone, Debug)]
pub struct Definition {
    id: ModelId,
    name: String,
    rust_type: &'static str,
    schema: Schema,
}

impl Definition {
    /// The name that the model asks for.
    ///
    /// ```
    /// # use avocet::model::{Schemas, Side};
    /// let names: Vec<_> = Schemas::new(Side::Output).definitions().iter().map(|it| it.name().to_owned()).collect();
    /// ```
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The full path of the Rust type.
    ///
    /// ```
    /// # use avocet::model::{Schemas, Side};
    /// let types: Vec<_> = Schemas::new(Side::Output).definitions().iter().map(|it| it.rust_type()).collect();
    /// ```
    pub fn rust_type(&self) -> &'static str {
        self.rust_type
    }
}

/// Gathers the named models of an operation while its types are described.
///
/// ```
/// use avocet::model::{Model, Schemas, Side};
///
/// let mut schemas = Schemas::new(Side::Output);
/// let _ = Vec::<u8>::schema(&mut schemas);
/// assert!(schemas.definitions().is_empty(), "numbers and lists have no name of their own");
/// ```
#[derive(Clone, Debug)]
pub struct Schemas {
    side: Side,
    definitions: Vec<Definition>,
    mistakes: Vec<String>,
    /// The models without a name of their own that are being described, one inside the other.
    open: Vec<TypeId>,
    /// Whether the named models are left without a description.
    names_only: bool,
}

impl Schemas {
    /// Nothing yet, for values of one side.
    ///
    /// ```
    /// # use avocet::model::{Schemas, Side};
    /// assert_eq!(Schemas::new(Side::Input).side(), Side::Input);
    /// ```
    pub fn new(side: Side) -> Self {
        Self {
            side,
            definitions: Vec::new(),
            mistakes: Vec::new(),
            open: Vec::new(),
            names_only: false,
        }
    }

    /// For what needs the names of models and not their descriptions.
    pub(super) fn names_only(side: Side) -> Self {
        Self {
            names_only: true,
            ..Self::new(side)
        }
    }

    /// The side that is being described.
    ///
    /// ```
    /// # use avocet::model::{Schemas, Side};
    /// assert_eq!(Schemas::new(Side::Output).side(), Side::Output);
    /// ```
    pub fn side(&self) -> Side {
        self.side
    }

    /// Describes with `describe` as the given side, keeping what it registers.
    pub(crate) fn on<R>(&mut self, side: Side, describe: impl FnOnce(&mut Self) -> R) -> R {
        let before = std::mem::replace(&mut self.side, side);
        let result = describe(self);
        self.side = before;
        result
    }

    /// Registers `T` under its name, once, and gives a reference to it. A recursive model finds itself registered.
    ///
    /// ```
    /// use avocet::model::{Model, Schema, Schemas, Side};
    ///
    /// struct Unit;
    /// impl Model for Unit {
    ///     fn name() -> String {
    ///         "Unit".into()
    ///     }
    ///     fn schema(schemas: &mut Schemas) -> Schema {
    ///         schemas.named::<Self>(|_| Schema::object(vec![]))
    ///     }
    /// }
    ///
    /// let mut schemas = Schemas::new(Side::Input);
    /// assert_eq!(Unit::schema(&mut schemas), Unit::schema(&mut schemas));
    /// assert_eq!(schemas.definitions().len(), 1);
    /// ```
    pub fn named<T: Model>(&mut self, describe: impl FnOnce(&mut Self) -> Schema) -> Schema {
        self.define::<T>(None, T::name, describe)
    }

    /// Registers variant `index` of `T` as a model of its own.
    ///
    /// ```
    /// # use avocet::model::{Schema, Schemas, Side};
    /// let mut schemas = Schemas::new(Side::Input);
    /// let _ = schemas.variant::<u8>(0, "Cat", |_| Schema::object(vec![]));
    /// assert_eq!(schemas.definitions()[0].name(), "Cat");
    /// ```
    pub fn variant<T: Model>(
        &mut self,
        index: usize,
        name: &str,
        describe: impl FnOnce(&mut Self) -> Schema,
    ) -> Schema {
        self.define::<T>(Some(index), || name.to_owned(), describe)
    }

    /// Describes `T` in the place where it is used, not as a named model. One that contains itself is named inside itself.
    ///
    /// ```
    /// use avocet::model::{Model, Schema, Schemas, Side};
    ///
    /// struct Id;
    /// impl Model for Id {
    ///     fn name() -> String {
    ///         "Id".into()
    ///     }
    ///     fn schema(schemas: &mut Schemas) -> Schema {
    ///         schemas.inline::<Self>(|_| Schema::any_of(vec![Schema::integer(), Schema::string()]))
    ///     }
    /// }
    ///
    /// let mut schemas = Schemas::new(Side::Input);
    /// let _ = Id::schema(&mut schemas);
    /// assert!(schemas.definitions().is_empty());
    /// ```
    pub fn inline<T: Model>(&mut self, describe: impl FnOnce(&mut Self) -> Schema) -> Schema {
        let model = TypeId::of::<T>();
        if self.names_only || self.open.contains(&model) {
            return self.named::<T>(describe);
        }
        self.open.push(model);
        let schema = describe(self);
        self.open.pop();
        schema
    }

    fn define<T: Model>(
        &mut self,
        variant: Option<usize>,
        name: impl FnOnce() -> String,
        describe: impl FnOnce(&mut Self) -> Schema,
    ) -> Schema {
        let id = ModelId {
            model: TypeId::of::<T>(),
            variant,
            side: self.side,
        };
        if self
            .definitions
            .iter()
            .all(|definition| definition.id != id)
        {
            let position = self.definitions.len();
            self.definitions.push(Definition {
                id,
                name: name(),
                rust_type: type_name::<T>(),
                schema: Schema::any(),
            });
            if !self.names_only {
                let before = self.mistakes.len();
                self.definitions[position].schema = describe(self);
                let name = &self.definitions[position].name;
                for mistake in &mut self.mistakes[before..] {
                    *mistake = format!("in `{name}`: {mistake}");
                }
            }
        }
        Schema::reference(id)
    }

    /// The schema with the keywords of `rules`, on the value itself and on what it contains.
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
        if let Shape::Nullable(inner) = schema.shape_mut() {
            return self.constrain(inner, rules);
        }
        for rule in rules.own {
            rule.describe(schema);
            self.mistakes.extend(rule.mistake());
        }
        if let (Some(rules), Shape::List(items) | Shape::Map(items)) =
            (rules.items, schema.shape_mut())
        {
            self.constrain(items, rules);
        }
        if let (Some(rules), true) = (rules.keys, schema.is_map()) {
            let keys = self.under(Schema::string(), rules);
            schema.set("propertyNames", keys.to_json(&self.own_names()));
        }
    }

    /// Adds the default of a field or parameter, and notes where it breaks the rules beside it.
    pub(crate) fn set_default(
        &mut self,
        schema: &mut Schema,
        name: &str,
        rules: &Rules,
        default: Value,
    ) {
        let mut problems = Problems::default();
        // A secret's JSON is no part of it.
        if self.side == Side::Input && schema.keyword("writeOnly").is_none() {
            rules.of_default(&default, &Place::root(name), &mut problems);
        }
        for problem in problems.iter() {
            self.mistake(format!("the default breaks a rule beside it: {problem}"));
        }
        schema.set("default", default);
    }

    /// The description behind a reference; any other schema is its own.
    ///
    /// ```
    /// # use avocet::model::{Schema, Schemas, Side};
    /// let mut schemas = Schemas::new(Side::Input);
    /// let reference = schemas.variant::<u8>(0, "Cat", |_| Schema::object(vec![]));
    /// assert_eq!(schemas.resolve(&reference), &Schema::object(vec![]));
    /// ```
    pub fn resolve<'a>(&'a self, schema: &'a Schema) -> &'a Schema {
        let Shape::Reference(id) = schema.shape() else {
            return schema;
        };
        self.definitions
            .iter()
            .find(|definition| definition.id == *id)
            .map_or(schema, |definition| &definition.schema)
    }

    /// The description of a variant that holds one model: that model's members with the tag before them.
    ///
    /// ```
    /// # use avocet::model::{Schema, Schemas, Shape, Side};
    /// let schemas = Schemas::new(Side::Input);
    /// let cat = schemas.with_tag(&Schema::object(vec![]), "kind", "cat");
    /// assert!(matches!(cat.shape(), Shape::Object { properties, .. } if properties[0].name == "kind"));
    /// ```
    pub fn with_tag(&self, model: &Schema, tag: &str, value: &str) -> Schema {
        let mut schema = self.resolve(model).clone();
        if let Shape::Object { properties, .. } = schema.shape_mut() {
            properties.insert(0, Property::new(tag, Schema::one_of_values([value]), true));
        }
        schema
    }

    /// The name that a referred model asks for.
    pub(super) fn name_of(&self, id: ModelId) -> &str {
        self.definitions
            .iter()
            .find(|definition| definition.id == id)
            .map_or("", |definition| &definition.name)
    }

    /// The named models, in the order in which they were met.
    ///
    /// ```
    /// # use avocet::model::{Schemas, Side};
    /// assert_eq!(Schemas::new(Side::Input).definitions().len(), 0);
    /// ```
    pub fn definitions(&self) -> &[Definition] {
        &self.definitions
    }

    pub(crate) fn hold_a_secret(&self) -> bool {
        let mut schemas = self.definitions.iter().map(|it| &it.schema);
        schemas.any(Schema::holds_a_secret)
    }

    pub(crate) fn mistakes(&self) -> &[String] {
        &self.mistakes
    }

    /// Notes what no document can say, for the application's list of mistakes.
    pub(crate) fn mistake(&mut self, sentence: String) {
        self.mistakes.push(sentence);
    }

    /// Takes over what another operation registered.
    pub(crate) fn merge(&mut self, other: &Self) {
        for definition in &other.definitions {
            if self
                .definitions
                .iter()
                .all(|known| known.id != definition.id)
            {
                self.definitions.push(definition.clone());
            }
        }
    }

    /// Takes over from another gathering the models that `schema` refers to, and what these refer to.
    pub(crate) fn adopt(&mut self, schema: &Schema, from: &Self) {
        let mut references = Vec::new();
        schema.references(&mut references);
        for id in references {
            let is_known = self.definitions.iter().any(|known| known.id == id);
            let found = from.definitions.iter().find(|known| known.id == id);
            if let (false, Some(definition)) = (is_known, found) {
                self.definitions.push(definition.clone());
                self.adopt(&definition.schema, from);
            }
        }
    }

    /// The names as each model asks for them, with both sides told apart only where they differ.
    ///
    /// ```
    /// # use avocet::model::{Schemas, Side};
    /// let names = Schemas::new(Side::Input).own_names();
    /// ```
    pub fn own_names(&self) -> Names {
        Names::resolve(&self.definitions)
    }

    /// `components/schemas` with the final names.
    #[doc(hidden)]
    pub fn components(&self, names: &Names) -> serde_json::Map<String, serde_json::Value> {
        let mut components = serde_json::Map::new();
        for definition in &self.definitions {
            // Where both sides share a name the input's description stands: it promises less about the answer.
            if definition.id.side == Side::Input
                || !components.contains_key(names.name(definition.id))
            {
                components.insert(
                    names.name(definition.id).to_owned(),
                    definition.schema.to_json(names),
                );
            }
        }
        components
    }
}

/// The final name of every model in a document.
///
/// ```
/// # use avocet::model::{Schemas, Side};
/// assert!(Schemas::new(Side::Input).own_names().clashes().is_empty());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Names {
    names: HashMap<ModelId, String>,
    clashes: Vec<(String, [&'static str; 2])>,
}

impl Names {
    fn resolve(definitions: &[Definition]) -> Self {
        let split = split_sides(definitions);
        let mut result = Self::default();
        let mut owners: HashMap<String, &Definition> = HashMap::new();
        for definition in definitions {
            let id = definition.id;
            let name = match (split.contains(&(id.model, id.variant)), id.side) {
                (false, _) => definition.name.clone(),
                (true, Side::Input) => format!("{}-Input", definition.name),
                (true, Side::Output) => format!("{}-Output", definition.name),
            };
            let owner = owners.entry(name.clone()).or_insert(definition);
            if (owner.id.model, owner.id.variant) != (id.model, id.variant) {
                result
                    .clashes
                    .push((name.clone(), [owner.rust_type, definition.rust_type]));
            }
            result.names.insert(id, name);
        }
        result
    }

    /// Names that two types ask for, with the paths of both.
    ///
    /// ```
    /// # use avocet::model::{Schemas, Side};
    /// assert_eq!(Schemas::new(Side::Input).own_names().clashes().len(), 0);
    /// ```
    pub fn clashes(&self) -> &[(String, [&'static str; 2])] {
        &self.clashes
    }

    pub(crate) fn name(&self, id: ModelId) -> &str {
        self.names.get(&id).map_or("", String::as_str)
    }

    pub(crate) fn path(&self, id: ModelId) -> String {
        format!("#/components/schemas/{}", self.name(id))
    }
}

/// The models whose two sides differ, themselves or in a model they refer to.
fn split_sides(definitions: &[Definition]) -> Vec<(TypeId, Option<usize>)> {
    let find = |id: ModelId| definitions.iter().find(|definition| definition.id == id);
    let mut split: Vec<(TypeId, Option<usize>)> = Vec::new();
    loop {
        let before = split.len();
        for input in definitions
            .iter()
            .filter(|definition| definition.id.side == Side::Input)
        {
            let key = (input.id.model, input.id.variant);
            let Some(output) = find(ModelId {
                side: Side::Output,
                ..input.id
            }) else {
                continue;
            };
            let refers_to_split = || {
                let mut references = Vec::new();
                input.schema.references(&mut references);
                references
                    .iter()
                    .any(|id| split.contains(&(id.model, id.variant)))
            };
            if !split.contains(&key)
                && (!same_but_for_sides(&input.schema, &output.schema) || refers_to_split())
            {
                split.push(key);
            }
        }
        if split.len() == before {
            return split;
        }
    }
}

/// Whether two descriptions are equal when the side of references, and what must be present, are left aside.
fn same_but_for_sides(input: &Schema, output: &Schema) -> bool {
    neutral(input.clone()) == neutral(output.clone())
}

fn neutral(mut schema: Schema) -> Schema {
    let inside = |schema: &mut Schema| *schema = neutral(std::mem::replace(schema, Schema::any()));
    match schema.shape_mut() {
        Shape::Reference(id) => id.side = Side::Input,
        Shape::List(inner) | Shape::Map(inner) | Shape::Nullable(inner) | Shape::Encoded(inner) => {
            inside(inner);
        }
        Shape::Tuple(parts)
        | Shape::AnyOf(parts)
        | Shape::OneOf {
            variants: parts, ..
        } => parts.iter_mut().for_each(inside),
        Shape::Object {
            properties, others, ..
        } => {
            for property in properties {
                property.required = false;
                property.aliases.clear();
                property.verbatim = false;
                inside(&mut property.schema);
            }
            others.as_deref_mut().into_iter().for_each(inside);
        }
        Shape::Any
        | Shape::Boolean
        | Shape::Integer
        | Shape::Number
        | Shape::String
        | Shape::Enum(_) => {}
    }
    schema
}
