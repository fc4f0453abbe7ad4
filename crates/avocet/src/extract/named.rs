//! What path, query, header and cookie parameters and form fields have in common: a name, rules, a default and a
//! description. Or, when the type is a model, the names of its fields.

use std::sync::OnceLock;

use serde::Serialize;
use serde_json::Value;

use super::fields::Fields;
use super::origin::Origin;
use super::{Call, Refusal, Takes, Values};
use crate::model::{Property, Schema, Schemas, Shape};
use crate::operation::{Operation, Parameter, Source};
use crate::read::{Invalid, Place, Problem, Problems};
use crate::rules::Rules;

/// A parameter of one source.
#[derive(Debug)]
pub(super) struct Named<T> {
    name: &'static str,
    origin: Origin,
    aliases: &'static [&'static str],
    rules: &'static Rules,
    checks: Vec<Check<T>>,
    default: Option<fn() -> T>,
    default_json: Option<Value>,
    description: &'static str,
    examples: Vec<Value>,
    deprecated: bool,
    documented: bool,
    schema: fn(&mut Schemas) -> Schema,
    convert: Convert<T>,
    absent: fn() -> Option<T>,
    takes: fn() -> Takes,
    /// What it takes instead of values of its own name, when it is a model.
    fields: OnceLock<Fields>,
}

/// [`Values::from_values`].
type Convert<T> = fn(&[&str], &Place<'_>, &Rules, &mut Problems) -> Result<T, Invalid>;

/// A check of the user's own.
type Check<T> = fn(&T) -> Result<(), Problem>;

impl<T: Values> Named<T> {
    pub(super) const fn new(name: &'static str, origin: Origin) -> Self {
        Self {
            name,
            origin,
            aliases: &[],
            rules: &Rules::NONE,
            checks: Vec::new(),
            default: None,
            default_json: None,
            description: "",
            examples: Vec::new(),
            deprecated: false,
            documented: true,
            schema: T::schema,
            convert: T::from_values,
            absent: T::absent,
            takes: T::takes,
            fields: OnceLock::new(),
        }
    }

    pub(super) fn default(&mut self, make: fn() -> T)
    where
        T: Serialize,
    {
        self.default = Some(make);
        self.default_json = serde_json::to_value(make()).ok();
    }
}

/// What the type can do was kept by [`Named::new`], so that nothing is asked of it here again.
impl<T> Named<T> {
    /// The fields that are taken instead, when the type is a model.
    fn fields(&self) -> Option<&Fields> {
        let is_model = (self.takes)() == Takes::Members;
        is_model.then(|| {
            self.fields
                .get_or_init(|| Fields::of(self.schema, self.origin))
        })
    }

    /// The name and the further names.
    fn names(&self) -> impl Iterator<Item = &'static str> + use<T> {
        std::iter::once(self.name).chain(self.aliases.iter().copied())
    }

    /// Every name that is looked for, and what is taken of it.
    pub(super) fn looked_for(&self) -> Vec<(&str, Takes)> {
        match self.fields() {
            Some(fields) => fields.names().collect(),
            None => self.names().map(|name| (name, (self.takes)())).collect(),
        }
    }

    fn schema(&self, schemas: &mut Schemas) -> Schema {
        let schema = (self.schema)(schemas);
        let mut schema = schemas.under(schema, self.rules);
        // Absent and null are one for a parameter, so a default of null says nothing.
        if let Some(default) = self.default_json.as_ref().filter(|value| !value.is_null()) {
            schemas.set_default(&mut schema, self.name, self.rules, default.clone());
        }
        if !self.examples.is_empty() {
            schema.set("examples", self.examples.clone());
        }
        schema
    }

    fn is_required(&self) -> bool {
        self.default.is_none() && (self.absent)().is_none()
    }

    /// Writes it into the form that the body is.
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
        let mut property = Property::new(self.name, schema, self.is_required());
        property.aliases = self.aliases.iter().map(|&alias| alias.to_owned()).collect();
        operation.add_form_field(property);
    }

    pub(super) fn describe(&self, source: Source, operation: &mut Operation) {
        if let Some(fields) = self.fields() {
            self.nothing_of_its_own(operation);
            operation.mistakes.extend_from_slice(fields.mistakes());
            for mut parameter in fields.parameters(source, operation) {
                parameter.required &= self.is_required();
                parameter.deprecated |= self.deprecated;
                parameter.documented &= self.documented;
                operation.add_parameter(parameter);
            }
            return;
        }
        let schema = self.schema(&mut operation.schemas);
        let required = source == Source::Path || self.is_required();
        let mut parameter = Parameter::new(source, self.name, schema, required);
        self.description.clone_into(&mut parameter.description);
        parameter.deprecated = self.deprecated;
        parameter.documented = self.documented;
        parameter.aliases = self.aliases.iter().map(|&alias| alias.to_owned()).collect();
        operation.add_parameter(parameter);
    }

    /// Notes what was said of the one value that a model is not.
    fn nothing_of_its_own(&self, operation: &mut Operation) {
        if !self.rules.is_empty() || !self.aliases.is_empty() || !self.examples.is_empty() {
            let name = self.name;
            operation.mistakes.push(format!(
                "`{name}` is a model, each field of which is a parameter of its own: rules, names and examples stand on the fields"
            ));
        }
    }

    /// Takes the value of its name, or those of its fields. Problems stand below the source.
    pub(super) fn take(&self, call: &mut Call) -> Result<T, Refusal> {
        let mut problems = std::mem::take(call.problems_mut());
        let value = match self.fields() {
            Some(fields) => self.model(fields, call, &mut problems),
            None => self.value(call, &mut problems),
        };
        *call.problems_mut() = problems;
        Ok(value?)
    }

    /// Converts what was sent for the name, or for the first alias that was sent.
    fn value(&self, call: &Call, problems: &mut Problems) -> Result<T, Invalid> {
        let takes = (self.takes)();
        let mut found = self
            .names()
            .map(|name| (name, self.origin.texts(call, name, takes)));
        let root = Place::root(self.origin.root());
        let Some((name, texts)) = found.find(|(_, texts)| !texts.is_empty()) else {
            return self.when_absent().ok_or_else(|| {
                problems.add(&root.member(self.name), Problem::missing());
                Invalid
            });
        };
        let texts: Vec<&str> = texts.iter().map(|text| &**text).collect();
        let at = root.member(name);
        let value = (self.convert)(&texts, &at, self.rules, problems)?;
        self.checked(value, &at, problems)
    }

    /// Reads the model that was sent, or takes its absence when none of its fields was.
    fn model(&self, fields: &Fields, call: &Call, problems: &mut Problems) -> Result<T, Invalid> {
        let root = Place::root(self.origin.root());
        let mut found = Problems::default();
        let sent = fields.sent(call);
        let absent = if sent.any { None } else { self.when_absent() };
        let value = match absent {
            Some(value) => Ok(value),
            None => (self.convert)(&[&sent.object], &root, &Rules::NONE, &mut found)
                .and_then(|value| self.checked(value, &root, &mut found)),
        };
        fields.place(&mut found);
        fields.refuse_others(call, &mut found);
        let refused = !found.is_empty();
        problems.append(found);
        if refused { Err(Invalid) } else { value }
    }

    fn when_absent(&self) -> Option<T> {
        self.default.map(|make| make()).or_else(self.absent)
    }

    /// The value, when it meets the checks.
    fn checked(&self, value: T, at: &Place<'_>, problems: &mut Problems) -> Result<T, Invalid> {
        let mut outcome = Ok(value);
        for check in &self.checks {
            if let Ok(value) = &outcome
                && let Err(problem) = check(value)
            {
                problems.add(at, problem);
                outcome = Err(Invalid);
            }
        }
        outcome
    }
}

/// The builder methods that each source has, forwarded to the common part.
macro_rules! named_source {
    ($source:ident) => {
        $crate::extract::named::named_source!($source: $crate::extract::Values);
    };
    ($source:ident: $bound:path) => {
        impl<T: $bound> $source<T> {
            /// Sets what it means, in Markdown.
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

            /// Sets the rules for its value.
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

            /// Adds a check on a value that was sent and meets the rules; what it says stands at the value's place.
            ///
            /// ```
            #[doc = concat!("use avocet::extract::", stringify!($source), ";")]
            /// use avocet::read::Problem;
            ///
            /// fn even(page: &u32) -> Result<(), Problem> {
            ///     if page % 2 == 0 { Ok(()) } else { Err("must be even".into()) }
            /// }
            #[doc = concat!("let page = ", stringify!($source), "::<u32>::new(\"page\").check(even);")]
            /// ```
            pub fn check(mut self, check: fn(&T) -> Result<(), $crate::read::Problem>) -> Self {
                self.named.add_check(check);
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

            /// Sets the value for a request that does not carry it.
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

            /// Sets further names that are accepted where the first one is absent.
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

            /// Says that clients should stop sending it.
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

/// The builder method of the sources whose parameters may be missing from the document: a path variable may not, and a form
/// is documented whole.
macro_rules! hideable_source {
    ($source:ident) => {
        impl<T: $crate::extract::Values> $source<T> {
            /// Leaves it out of the document.
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
        self.aliases = aliases;
    }

    pub(super) fn add_check(&mut self, check: Check<T>) {
        self.checks.push(check);
    }

    pub(super) fn add_example(&mut self, value: &impl Serialize) {
        self.examples.extend(serde_json::to_value(value).ok());
    }

    pub(super) fn set_deprecated(&mut self) {
        self.deprecated = true;
    }

    pub(super) fn set_hidden(&mut self) {
        self.documented = false;
    }
}
