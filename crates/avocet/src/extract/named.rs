//! The common part of path, query, header and cookie parameters and form fields: name, rules, default and description,
//! or the fields of a model.

use std::borrow::Cow;
use std::sync::OnceLock;

use serde::Serialize;

use super::fields::Fields;
use super::text_source::{Name, Texts};
use super::{Arity, FromParams, Rejection, RequestContext};
use crate::model::{OrderedJson, Property, Schema, Schemas, Shape};
use crate::operation::TextSource;
use crate::operation::{Operation, Parameter, ParameterLocation};
use crate::read::{Invalid, Location, ValidationError, ValidationErrors};
use crate::rules::Rules;

/// A parameter of one source.
#[derive(Debug)]
pub(super) struct Named<T> {
    name: Name,
    text_source: TextSource,
    aliases: Vec<Name>,
    rules: &'static Rules,
    steps: Vec<LocationSegment<T>>,
    default: Option<fn() -> T>,
    default_json: Option<OrderedJson>,
    description: &'static str,
    examples: Vec<OrderedJson>,
    deprecated: bool,
    include_in_schema: bool,
    empty_is_absent: bool,
    schema: fn(&mut Schemas) -> Schema,
    convert: Convert<T>,
    absent: fn() -> Option<T>,
    arity: fn() -> Arity,
    /// The fields of the model, if the type is one. They replace the parameter's own name.
    fields: OnceLock<Fields>,
}

/// [`FromParams::from_values`].
type Convert<T> = fn(&[&str], &Location<'_>, &Rules, &mut ValidationErrors) -> Result<T, Invalid>;

/// A user function that checks or changes a value.
#[derive(Debug)]
enum LocationSegment<T> {
    Check(Check<T>),
    Map(Map<T>),
}

type Check<T> = fn(&T) -> Result<(), ValidationError>;
type Map<T> = fn(T) -> Result<T, ValidationError>;

impl<T: FromParams> Named<T> {
    pub(super) const fn new(name: &'static str, text_source: TextSource) -> Self {
        Self {
            name: Name::new(Cow::Borrowed(name)),
            text_source,
            aliases: Vec::new(),
            rules: &Rules::NONE,
            steps: Vec::new(),
            default: None,
            default_json: None,
            description: "",
            examples: Vec::new(),
            deprecated: false,
            include_in_schema: true,
            empty_is_absent: false,
            schema: T::schema,
            convert: T::from_values,
            absent: T::absent,
            arity: T::arity,
            fields: OnceLock::new(),
        }
    }

    pub(super) fn default(&mut self, make: fn() -> T)
    where
        T: Serialize,
    {
        self.default = Some(make);
        self.default_json = OrderedJson::of(&make()).ok();
    }
}

/// [`Named::new`] stores the functions of the type, so this `impl` does not repeat its bounds.
impl<T> Named<T> {
    /// The fields of the model, if the type is one.
    fn fields(&self) -> Option<&Fields> {
        let is_model = (self.arity)() == Arity::Fields;
        is_model.then(|| {
            self.fields
                .get_or_init(|| Fields::of(self.schema, self.text_source))
        })
    }

    /// The name and its aliases.
    fn names(&self) -> impl Iterator<Item = &Name> {
        std::iter::once(&self.name).chain(&self.aliases)
    }

    /// Returns every name that is looked up, with its arity.
    pub(super) fn names_and_arity(&self) -> Vec<(&str, Arity)> {
        match self.fields() {
            Some(fields) => fields.names().collect(),
            None => self
                .names()
                .map(|name| (&*name.text, (self.arity)()))
                .collect(),
        }
    }

    fn schema(&self, schemas: &mut Schemas) -> Schema {
        let schema = (self.schema)(schemas);
        let mut schema = schemas.under(schema, self.rules);
        // For a parameter, absent and null are the same, so a default of null adds nothing.
        if let Some(default) = self.default_json.as_ref().filter(|value| !value.is_null()) {
            schemas.set_default(&mut schema, &self.name.text, self.rules, default.clone());
        }
        if !self.examples.is_empty() {
            schema.set("examples", self.examples.clone());
        }
        schema
    }

    fn is_required(&self) -> bool {
        self.default.is_none() && (self.absent)().is_none()
    }

    /// Describes the parameter as a member of the form body.
    pub(super) fn describe_in_form(&self, operation: &mut Operation) {
        if let Some(fields) = self.fields() {
            self.nothing_of_its_own(operation);
            operation.mistakes.extend_from_slice(fields.mistakes());
            let mut schema = (self.schema)(&mut operation.schemas);
            if let Shape::Nullable(model) = schema.shape_mut() {
                schema = std::mem::replace(model, Schema::any());
            }
            return operation.add_form_model(schema, self.is_required());
        }
        let mut schema = self
            .schema(&mut operation.schemas)
            .describe(self.description);
        if self.deprecated {
            schema.set("deprecated", true);
        }
        let mut property = Property::new(&*self.name.text, schema, self.is_required());
        property.aliases = self
            .aliases
            .iter()
            .map(|alias| alias.text.to_string())
            .collect();
        operation.add_form_field(property);
    }

    pub(super) fn describe(&self, source: ParameterLocation, operation: &mut Operation) {
        if let Some(fields) = self.fields() {
            self.nothing_of_its_own(operation);
            operation.mistakes.extend_from_slice(fields.mistakes());
            for mut parameter in fields.parameters(source, operation) {
                parameter.required &= self.is_required();
                parameter.deprecated |= self.deprecated;
                parameter.include_in_schema &= self.include_in_schema;
                operation.add_parameter(parameter);
            }
            return;
        }
        let schema = self.schema(&mut operation.schemas);
        let required = source == ParameterLocation::Path || self.is_required();
        let mut parameter = Parameter::new(source, &*self.name.text, schema, required);
        self.description.clone_into(&mut parameter.description);
        parameter.deprecated = self.deprecated;
        parameter.include_in_schema = self.include_in_schema;
        parameter.empty_is_absent = self.empty_is_absent;
        parameter.aliases = self
            .aliases
            .iter()
            .map(|alias| alias.text.to_string())
            .collect();
        operation.add_parameter(parameter);
    }

    /// Reports settings that apply to a single value but were set on a model.
    fn nothing_of_its_own(&self, operation: &mut Operation) {
        if !self.rules.is_empty()
            || !self.aliases.is_empty()
            || !self.examples.is_empty()
            || self.empty_is_absent
        {
            let name = &self.name.text;
            operation.mistakes.push(format!(
                "`{name}` is a model whose fields are separate parameters; write rules, names, examples and `empty_is_absent` on the fields"
            ));
        }
    }

    /// Extracts the value of the name, or of the model's fields. Locations of errors begin with the source.
    pub(super) fn extract(&self, context: &mut RequestContext) -> Result<T, Rejection> {
        let mut errors = std::mem::take(context.errors_mut());
        let value = match self.fields() {
            Some(fields) => self.model(fields, context, &mut errors),
            None => self.value(context, &mut errors),
        };
        *context.errors_mut() = errors;
        Ok(value?)
    }

    /// Converts the texts of the name, or of the first alias that was sent.
    fn value(&self, context: &RequestContext, errors: &mut ValidationErrors) -> Result<T, Invalid> {
        let arity = (self.arity)();
        let found = self.names().find_map(|name| {
            let texts = self.text_source.texts(context, name, arity)?;
            let texts = if self.empty_is_absent {
                texts.without_empty()?
            } else {
                texts
            };
            Some((name, texts))
        });
        let root = Location::root(self.text_source.root());
        let Some((name, texts)) = found else {
            return self.when_absent().ok_or_else(|| {
                errors.add(&root.member(&self.name.text), ValidationError::missing());
                Invalid
            });
        };
        let at = root.member(&name.text);
        let value = match &texts {
            Texts::Last(text) => (self.convert)(&[&**text], &at, self.rules, errors),
            Texts::All(texts) => {
                let texts: Vec<&str> = texts.iter().map(|text| &**text).collect();
                (self.convert)(&texts, &at, self.rules, errors)
            }
        };
        self.checked(value?, &at, errors)
    }

    /// Reads the model, or uses its absent value if none of its fields was sent.
    fn model(
        &self,
        fields: &Fields,
        context: &RequestContext,
        errors: &mut ValidationErrors,
    ) -> Result<T, Invalid> {
        let root = Location::root(self.text_source.root());
        let mut found = ValidationErrors::default();
        let sent = fields.sent(context);
        let absent = if sent.any { None } else { self.when_absent() };
        let value = match absent {
            Some(value) => Ok(value),
            None => (self.convert)(&[&sent.object], &root, &Rules::NONE, &mut found)
                .and_then(|value| self.checked(value, &root, &mut found)),
        };
        fields.location(&mut found);
        fields.reject_others(context, &mut found);
        let rejected = !found.is_empty();
        errors.append(found);
        if rejected { Err(Invalid) } else { value }
    }

    fn when_absent(&self) -> Option<T> {
        self.default.map(|make| make()).or_else(self.absent)
    }

    /// Runs the user's checks and maps on the value.
    fn checked(
        &self,
        mut value: T,
        at: &Location<'_>,
        errors: &mut ValidationErrors,
    ) -> Result<T, Invalid> {
        for step in &self.steps {
            let outcome = match step {
                LocationSegment::Check(check) => check(&value).map(|()| value),
                LocationSegment::Map(map) => map(value),
            };
            value = outcome.map_err(|error| {
                errors.add(at, error);
                Invalid
            })?;
        }
        Ok(value)
    }
}

/// The builder methods of every source, forwarded to [`Named`].
macro_rules! named_source {
    ($source:ident) => {
        $crate::extract::named::named_source!($source: $crate::extract::FromParams);
    };
    ($source:ident: $bound:path) => {
        impl<T: $bound> $source<T> {
            /// Sets the description, in Markdown.
            ///
            /// ```
            #[doc = concat!("use avocet::extract::", stringify!($source), ";")]
            ///
            #[doc = concat!("let page = ", stringify!($source), "::<u32>::new(\"page\").description(\"From 1.\");")]
            /// ```
            pub fn description(mut self, description: &'static str) -> Self {
                self.named.set_description(description);
                self
            }

            /// Sets the rules for the value.
            ///
            /// ```
            #[doc = concat!("use avocet::extract::", stringify!($source), ";")]
            /// use avocet::read::Number;
            /// use avocet::rules::{Ge, Rules};
            ///
            /// static POSITIVE: Rules = Rules::own(&[&Ge(Number::Integer(1))]);
            #[doc = concat!("let page = ", stringify!($source), "::<u32>::new(\"page\").rules(&POSITIVE);")]
            /// ```
            pub fn rules(mut self, rules: &'static $crate::rules::Rules) -> Self {
                self.named.set_rules(rules);
                self
            }

            /// Adds a check on a value that was sent and meets the rules. Its error is reported at the value's location.
            ///
            /// ```
            #[doc = concat!("use avocet::extract::", stringify!($source), ";")]
            /// use avocet::read::ValidationError;
            ///
            /// fn even(page: &u32) -> Result<(), ValidationError> {
            ///     if page % 2 == 0 { Ok(()) } else { Err("must be even".into()) }
            /// }
            #[doc = concat!("let page = ", stringify!($source), "::<u32>::new(\"page\").check(even);")]
            /// ```
            pub fn check(mut self, check: fn(&T) -> Result<(), $crate::read::ValidationError>) -> Self {
                self.named.add_check(check);
                self
            }

            /// Adds a function that changes a value that was sent, in order with the checks. Its error is reported at
            /// the value's location.
            ///
            /// ```
            #[doc = concat!("use avocet::extract::", stringify!($source), ";")]
            ///
            #[doc = concat!("let page = ", stringify!($source), "::<u32>::new(\"page\").map(|page| Ok(page.min(100)));")]
            /// ```
            pub fn map(mut self, map: fn(T) -> Result<T, $crate::read::ValidationError>) -> Self {
                self.named.add_map(map);
                self
            }

            /// Adds an example value to the document.
            ///
            /// ```
            #[doc = concat!("use avocet::extract::", stringify!($source), ";")]
            ///
            #[doc = concat!("let page = ", stringify!($source), "::<u32>::new(\"page\").example(3);")]
            /// ```
            pub fn example(mut self, value: impl serde::Serialize) -> Self {
                self.named.add_example(&value);
                self
            }

            /// Sets the value for a request without this parameter.
            ///
            /// ```
            #[doc = concat!("use avocet::extract::", stringify!($source), ";")]
            ///
            #[doc = concat!("let page = ", stringify!($source), "::<u32>::new(\"page\").default(|| 1);")]
            /// ```
            pub fn default(mut self, make: fn() -> T) -> Self
            where
                T: serde::Serialize,
            {
                self.named.default(make);
                self
            }

            /// Sets further names, used if the first one is absent.
            ///
            /// ```
            #[doc = concat!("use avocet::extract::", stringify!($source), ";")]
            ///
            #[doc = concat!("let page = ", stringify!($source), "::<u32>::new(\"page\").aliases(&[\"p\"]);")]
            /// ```
            pub fn aliases(mut self, aliases: &'static [&'static str]) -> Self {
                self.named.set_aliases(aliases);
                self
            }

            /// Marks the parameter as deprecated in the document.
            ///
            /// ```
            #[doc = concat!("use avocet::extract::", stringify!($source), ";")]
            ///
            #[doc = concat!("let page = ", stringify!($source), "::<u32>::new(\"page\").deprecated();")]
            /// ```
            pub fn deprecated(mut self) -> Self {
                self.named.set_deprecated();
                self
            }
        }
    };
}
pub(super) use named_source;

/// The builder methods for sources whose parameters can be excluded from the document. Path parameters and form fields
/// cannot be.
macro_rules! hideable_source {
    ($source:ident) => {
        impl<T: $crate::extract::FromParams> $source<T> {
            /// Excludes the parameter from the document.
            ///
            /// ```
            #[doc = concat!("use avocet::extract::", stringify!($source), ";")]
            ///
            #[doc = concat!("let trace = ", stringify!($source), "::<Option<u32>>::new(\"trace\").hidden();")]
            /// ```
            pub fn hidden(mut self) -> Self {
                self.named.set_hidden();
                self
            }

            /// Treats an empty value as absent: `?trace=` is the same as a request without `trace`.
            ///
            /// A query parameter has `allowEmptyValue` in the document.
            ///
            /// ```
            #[doc = concat!("use avocet::extract::", stringify!($source), ";")]
            ///
            #[doc = concat!("let trace = ", stringify!($source), "::<Option<u32>>::new(\"trace\").empty_is_absent();")]
            /// ```
            pub fn empty_is_absent(mut self) -> Self {
                self.named.set_empty_is_absent();
                self
            }
        }
    };
}
pub(super) use hideable_source;

impl<T> Named<T> {
    pub(super) fn set_description(&mut self, description: &'static str) {
        self.description = description;
    }

    pub(super) fn set_rules(&mut self, rules: &'static Rules) {
        self.rules = rules;
    }

    pub(super) fn set_aliases(&mut self, aliases: &'static [&'static str]) {
        let name = |&alias| Name::new(Cow::Borrowed(alias));
        self.aliases = aliases.iter().map(name).collect();
    }

    pub(super) fn add_check(&mut self, check: Check<T>) {
        self.steps.push(LocationSegment::Check(check));
    }

    pub(super) fn add_map(&mut self, map: Map<T>) {
        self.steps.push(LocationSegment::Map(map));
    }

    pub(super) fn add_example(&mut self, value: &impl Serialize) {
        self.examples.extend(OrderedJson::of(value).ok());
    }

    pub(super) fn set_deprecated(&mut self) {
        self.deprecated = true;
    }

    pub(super) fn set_empty_is_absent(&mut self) {
        self.empty_is_absent = true;
    }

    pub(super) fn set_hidden(&mut self) {
        self.include_in_schema = false;
    }
}
