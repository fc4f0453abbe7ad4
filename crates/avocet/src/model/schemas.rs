//! Collects the named models that schemas refer to.

use std::any::{TypeId, type_name};

use super::{Members, Model, Names, Property, Schema, Shape};

/// Whether a value is read or written: some members exist on one side only.
///
/// ```
/// assert_ne!(avocet::model::Side::Input, avocet::model::Side::Output);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// Read from requests.
    Input,
    /// Written into responses.
    Output,
}

/// Identifies a referenced model: the Rust type, one of its variants if these are models too, and the side.
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
    pub(super) model: TypeId,
    pub(super) variant: Option<usize>,
    pub(super) side: Side,
}

/// A named model and the type that it comes from.
///
/// ```
/// # use avocet::model::{Schemas, Side};
/// assert!(Schemas::new(Side::Output).definitions().is_empty());
/// ```
#[derive(Clone, Debug)]
pub struct Definition {
    pub(super) id: ModelId,
    pub(super) name: String,
    pub(super) rust_type: &'static str,
    pub(super) schema: Schema,
}

impl Definition {
    /// The name that the model requests.
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

/// Collects the named models of an operation while its types are described.
///
/// ```
/// use avocet::model::{Model, Schemas, Side};
///
/// let mut schemas = Schemas::new(Side::Output);
/// let _ = Vec::<u8>::schema(&mut schemas);
/// assert!(schemas.definitions().is_empty(), "numbers and lists have no name of their own");
/// ```
///
/// A named model inside another one is described after the outer one. So its schema is always complete, in whatever
/// order mutually recursive models are found.
#[derive(Clone, Debug)]
pub struct Schemas {
    side: Side,
    definitions: Vec<Definition>,
    /// The named models that are not described yet.
    waiting: Vec<(ModelId, Describe)>,
    /// The named models that are being described, outermost first.
    open: Vec<ModelId>,
    /// The unnamed models that are being described, and the named model around them.
    inside: Vec<TypeId>,
    mistakes: Vec<String>,
    /// Whether named models are registered without a schema.
    names_only: bool,
}

type Describe = fn(&mut Schemas) -> Schema;

impl Schemas {
    /// Creates an empty collection for one side.
    ///
    /// ```
    /// # use avocet::model::{Schemas, Side};
    /// assert_eq!(Schemas::new(Side::Input).side(), Side::Input);
    /// ```
    pub fn new(side: Side) -> Self {
        Self {
            side,
            definitions: Vec::new(),
            waiting: Vec::new(),
            open: Vec::new(),
            inside: Vec::new(),
            mistakes: Vec::new(),
            names_only: false,
        }
    }

    /// Creates a collection for callers that need only the names of models.
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

    /// Calls `describe` with the given side and keeps the models that it registers. The schemas of an operation begin on the side of its
    /// request, so a [`Responder`](crate::response::Responder) describes its body with [`Side::Output`].
    ///
    /// ```
    /// use avocet::model::{Model, Side};
    /// use avocet::operation::{Content, DocumentedResponse, Operation};
    ///
    /// /// Describes a response whose JSON has the media type of an API.
    /// fn describe<T: Model>(operation: &mut Operation) {
    ///     let schema = operation.schemas.on(Side::Output, T::schema);
    ///     let response = DocumentedResponse::new(operation.status_or(http::StatusCode::OK));
    ///     operation.responses.push(response.with_content(Content::new("application/vnd.api+json", schema)));
    /// }
    ///
    /// let mut operation = Operation::get("/items");
    /// describe::<Vec<String>>(&mut operation);
    /// assert_eq!(operation.responses[0].content[0].media_type, "application/vnd.api+json");
    /// ```
    pub fn on<R>(&mut self, side: Side, describe: impl FnOnce(&mut Self) -> R) -> R {
        let before = std::mem::replace(&mut self.side, side);
        let result = describe(self);
        self.side = before;
        result
    }

    /// Registers `T` under its name, once, and returns a reference to it. A recursive model is already registered.
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
    pub fn named<T: Model>(&mut self, describe: fn(&mut Self) -> Schema) -> Schema {
        self.define::<T>(None, T::name, describe)
    }

    /// Registers variant `index` of `T` as a separate model.
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
        describe: fn(&mut Self) -> Schema,
    ) -> Schema {
        self.define::<T>(Some(index), || name.to_owned(), describe)
    }

    /// Describes `T` inline, not as a named model. A recursive model is named inside itself.
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
    pub fn inline<T: Model>(&mut self, describe: fn(&mut Self) -> Schema) -> Schema {
        let model = TypeId::of::<T>();
        if self.names_only || self.inside.contains(&model) {
            return self.named::<T>(describe);
        }
        self.inside.push(model);
        let schema = describe(self);
        self.inside.pop();
        schema
    }

    fn define<T: Model>(
        &mut self,
        variant: Option<usize>,
        name: impl FnOnce() -> String,
        describe: Describe,
    ) -> Schema {
        let id = ModelId {
            model: TypeId::of::<T>(),
            variant,
            side: self.side,
        };
        if self.definition(id).is_none() {
            self.definitions.push(Definition {
                id,
                name: name(),
                rust_type: type_name::<T>(),
                schema: Schema::any(),
            });
            if !self.names_only {
                self.waiting.push((id, describe));
            }
            if self.open.is_empty() {
                while let Some(&(next, _)) = self.waiting.first() {
                    self.describe_now(next);
                }
            }
        }
        Schema::reference(id)
    }

    /// Describes a model that is queued.
    fn describe_now(&mut self, id: ModelId) {
        let Some(position) = self.waiting.iter().position(|(waiting, _)| *waiting == id) else {
            return;
        };
        let (_, describe) = self.waiting.remove(position);
        self.open.push(id);
        // The schema must not depend on where the model is found.
        let inside = std::mem::replace(&mut self.inside, vec![id.model]);
        let schema = self.on(id.side, describe);
        self.inside = inside;
        self.open.pop();
        self.set(id, schema);
    }

    /// Provides the schema of the current model before it is complete, for rules on recursive references to it.
    pub(crate) fn holds(&mut self, schema: &Schema) {
        // An unnamed model never contains itself.
        if let Some(&id) = self.open.last()
            && self.inside == [id.model]
        {
            self.set(id, schema.clone());
        }
    }

    fn set(&mut self, id: ModelId, schema: Schema) {
        let mut definitions = self.definitions.iter_mut();
        if let Some(definition) = definitions.find(|definition| definition.id == id) {
            definition.schema = schema;
        }
    }

    fn definition(&self, id: ModelId) -> Option<&Definition> {
        self.definitions
            .iter()
            .find(|definition| definition.id == id)
    }

    /// Returns the schema behind a reference; any other schema is returned unchanged. A model found while another one is
    /// described gets its schema later: [`behind`](Self::behind) describes it at once.
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
        self.definition(*id)
            .map_or(schema, |definition| &definition.schema)
    }

    /// Returns the schema behind references and transparent newtypes. A queued model is described now.
    ///
    /// ```
    /// # use avocet::model::{Schema, Schemas, Side};
    /// let mut schemas = Schemas::new(Side::Input);
    /// let wrapped = schemas.variant::<u8>(1, "Wrapped", |schemas| {
    ///     let inner = schemas.variant::<u8>(0, "Inner", |_| Schema::string());
    ///     assert_eq!(schemas.behind(&inner), Schema::string());
    ///     inner
    /// });
    /// assert_eq!(schemas.behind(&wrapped), Schema::string());
    /// ```
    pub fn behind(&mut self, schema: &Schema) -> Schema {
        let mut schema = schema.clone();
        let mut passed = Vec::new();
        while let Shape::Reference(id) = *schema.shape() {
            if passed.contains(&id) {
                break;
            }
            passed.push(id);
            self.describe_now(id);
            schema = self.resolve(&schema).clone();
        }
        schema
    }

    /// The schema of a variant that contains one model: that model's members after the tag.
    ///
    /// ```
    /// # use avocet::model::{Schema, Schemas, Shape, Side};
    /// let mut schemas = Schemas::new(Side::Input);
    /// let cat = schemas.with_tag(&Schema::object(vec![]), "kind", &["cat"]);
    /// assert!(matches!(cat.shape(), Shape::Object { properties, .. } if properties[0].name == "kind"));
    /// ```
    pub fn with_tag(&mut self, model: &Schema, tag: &str, values: &[&str]) -> Schema {
        let mut schema = self.behind(model);
        if let Shape::Object { properties, .. } = schema.shape_mut() {
            let values = Schema::one_of_values(values.iter().copied());
            properties.insert(0, Property::new(tag, values, true));
        }
        schema
    }

    /// The name that a referenced model requests.
    pub(super) fn name_of(&self, id: ModelId) -> &str {
        self.definition(id)
            .map_or("", |definition| &definition.name)
    }

    /// The named models, in the order in which they were found.
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

    /// Reports a mistake in the application's code, such as a type that a response cannot have. It becomes an entry of
    /// [`BuildError`](crate::BuildError), with the operation and, inside a model, the name of the model.
    ///
    /// ```
    /// use avocet::operation::Operation;
    ///
    /// let mut operation = Operation::get("/prices.csv");
    /// operation.schemas.mistake("a table has at least one column");
    /// let error = avocet::App::new("Shop", "1.0.0").routes([operation.handle((), |()| async {})]).build().unwrap_err();
    /// assert_eq!(error.mistakes()[0].what(), "a table has at least one column");
    /// ```
    pub fn mistake(&mut self, sentence: impl Into<String>) {
        let sentence = sentence.into();
        let name = self.open.last().map(|&id| self.name_of(id));
        let sentence = match name {
            Some(name) => format!("in `{name}`: {sentence}"),
            None => sentence,
        };
        self.mistakes.push(sentence);
    }

    /// Adds the models of another operation.
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

    /// Adds, from another collection, the models that `schema` refers to, and those that these refer to.
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

    /// The names as each model requests them; the two sides get different names only if they differ.
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
    pub fn components(&self, names: &Names) -> Members {
        let mut components = Members::new();
        for definition in &self.definitions {
            // If both sides share a name, the input schema is used: it promises less about the response.
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
