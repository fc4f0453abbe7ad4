//! What path, query, header and cookie parameters and form fields have in common: a name, rules, a default and a
//! description.

use serde::Serialize;

use super::{Call, Refusal, Values};
use crate::model::{Property, Schema, Schemas};
use crate::operation::{Operation, Parameter, Source};
use crate::read::{Invalid, Place, Problem, Problems};
use crate::rules::Rules;

/// A parameter of one source.
#[derive(Debug)]
pub(super) struct Named<T> {
    pub(super) name: &'static str,
    aliases: &'static [&'static str],
    rules: &'static Rules,
    default: Option<fn() -> T>,
    default_json: Option<serde_json::Value>,
    description: &'static str,
    deprecated: bool,
    documented: bool,
    schema: fn(&mut Schemas) -> Schema,
    convert: Convert<T>,
    absent: fn() -> Option<T>,
    is_list: fn() -> bool,
}

/// [`Values::from_values`].
type Convert<T> = fn(&[&str], &Place<'_>, &Rules, &mut Problems) -> Result<T, Invalid>;

impl<T: Values> Named<T> {
    pub(super) const fn new(name: &'static str) -> Self {
        Self {
            name,
            aliases: &[],
            rules: &Rules::NONE,
            default: None,
            default_json: None,
            description: "",
            deprecated: false,
            documented: true,
            schema: T::schema,
            convert: T::from_values,
            absent: T::absent,
            is_list: T::is_list,
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
    /// The name and the further names.
    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> + use<T> {
        std::iter::once(self.name).chain(self.aliases.iter().copied())
    }

    fn schema(&self, schemas: &mut Schemas) -> Schema {
        let schema = (self.schema)(schemas);
        let mut schema = schemas.under(schema, self.rules);
        // Absent and null are one for a parameter, so a default of null says nothing.
        if let Some(default) = self.default_json.as_ref().filter(|value| !value.is_null()) {
            schema.set("default", default.clone());
        }
        schema
    }

    /// Whether it takes all the values of its name.
    pub(super) fn is_list(&self) -> bool {
        (self.is_list)()
    }

    fn is_required(&self) -> bool {
        self.default.is_none() && (self.absent)().is_none()
    }

    /// As a member of the object that a form is.
    pub(super) fn property(&self, schemas: &mut Schemas) -> Property {
        let mut schema = self.schema(schemas).describe(self.description);
        if self.deprecated {
            schema.set("deprecated", true);
        }
        Property::new(self.name, schema, self.is_required())
    }

    pub(super) fn describe(&self, source: Source, operation: &mut Operation) {
        let schema = self.schema(&mut operation.schemas);
        let required = source == Source::Path || self.is_required();
        let mut parameter = Parameter::new(source, self.name, schema, required);
        self.description.clone_into(&mut parameter.description);
        parameter.deprecated = self.deprecated;
        parameter.documented = self.documented;
        operation.add_parameter(parameter);
    }

    /// Converts what `find` gives for the name, or for the first alias that has values. Problems stand below `root`.
    pub(super) fn take(
        &self,
        root: &'static str,
        call: &mut Call,
        find: impl for<'c> Fn(&'c Call, &str) -> Vec<std::borrow::Cow<'c, str>>,
    ) -> Result<T, Refusal> {
        let mut problems = std::mem::take(call.problems_mut());
        let found = self
            .names()
            .map(|name| (name, find(call, name)))
            .find(|(_, values)| !values.is_empty());
        let root = Place::root(root);
        let value = match found {
            Some((name, values)) => {
                let values: Vec<&str> = values.iter().map(|value| &**value).collect();
                (self.convert)(&values, &root.member(name), self.rules, &mut problems).ok()
            }
            None => self
                .default
                .map(|make| make())
                .or_else(self.absent)
                .or_else(|| {
                    problems.add(&root.member(self.name), Problem::missing());
                    None
                }),
        };
        *call.problems_mut() = problems;
        value.ok_or(Refusal::Invalid)
    }
}

/// The builder methods that each source has, forwarded to the common part.
macro_rules! named_source {
    ($source:ident) => {
        impl<T: $crate::extract::Values> $source<T> {
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

    pub(super) fn set_deprecated(&mut self) {
        self.deprecated = true;
    }

    pub(super) fn set_hidden(&mut self) {
        self.documented = false;
    }
}
