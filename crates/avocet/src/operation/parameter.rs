//! The parameters and the request body of an operation.

use super::TextSource;
use super::{Content, Operation};
use crate::model::{Property, Schema, Schemas, Shape};

const URLENCODED: &str = "application/x-www-form-urlencoded";
const MULTIPART: &str = "multipart/form-data";
/// The mistake of arguments that need different bodies.
pub(super) const BODY_AND_FORM: &str =
    "one argument takes the body as JSON and another one as a form; a request has one body";

/// The location of a parameter in the request.
///
/// ```
/// assert_eq!(avocet::operation::ParameterLocation::Query.name(), "query");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ParameterLocation {
    /// A variable of the path template.
    Path,
    /// The query string.
    Query,
    /// A header.
    Header,
    /// A cookie.
    Cookie,
}

impl ParameterLocation {
    /// Returns the name in the document (`in`) and in the location of validation errors.
    ///
    /// ```
    /// assert_eq!(avocet::operation::ParameterLocation::Path.name(), "path");
    /// ```
    pub const fn name(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Cookie => "cookie",
        }
    }
}

/// A parameter from path, query, headers or cookies.
///
/// ```
/// use avocet::model::Schema;
/// use avocet::operation::{Parameter, ParameterLocation};
///
/// let page = Parameter::new(ParameterLocation::Query, "page", Schema::integer(), false);
/// assert!(!page.required);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a statement of its own in the document"
)]
pub struct Parameter {
    /// Its location.
    pub source: ParameterLocation,
    /// Its name on the wire.
    pub name: String,
    /// The schema of its value.
    pub schema: Schema,
    /// Whether it is required.
    pub required: bool,
    /// The description, in Markdown.
    pub description: String,
    /// Whether clients should stop using it.
    pub deprecated: bool,
    /// Whether an empty value counts as none.
    pub empty_is_absent: bool,
    /// Whether the document includes it.
    pub include_in_schema: bool,
    /// Further names that are read, which the document does not show.
    pub aliases: Vec<String>,
}

impl Parameter {
    /// Creates a parameter with its name on the wire.
    ///
    /// ```
    /// # use avocet::{model::Schema, operation::{Parameter, ParameterLocation}};
    /// assert_eq!(Parameter::new(ParameterLocation::Header, "x-trace", Schema::string(), true).name, "x-trace");
    /// ```
    pub fn new(
        source: ParameterLocation,
        name: impl Into<String>,
        schema: Schema,
        required: bool,
    ) -> Self {
        Self {
            source,
            name: name.into(),
            schema,
            required,
            description: String::new(),
            deprecated: false,
            empty_is_absent: false,
            include_in_schema: true,
            aliases: Vec::new(),
        }
    }
}

/// The request body of an operation, in one of several media types.
///
/// ```
/// use avocet::extract::Body;
/// use avocet::operation::Operation;
///
/// let route = Operation::post("/").handle((Body::<Vec<f32>>::new(),), |(v,)| async move { v.len() });
/// assert_eq!(route.operation().body.as_ref().unwrap().content[0].media_type, "application/json");
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct RequestBody {
    /// The description, in Markdown.
    pub description: String,
    /// Whether it is required.
    pub required: bool,
    /// The accepted media types.
    pub content: Vec<Content>,
    /// The members of a multipart form that are JSON.
    pub json_parts: Vec<String>,
}

impl RequestBody {
    /// Creates a body with one media type.
    ///
    /// ```
    /// use avocet::model::Schema;
    /// use avocet::operation::{Content, RequestBody};
    ///
    /// let body = RequestBody::new(Content::json(Schema::string()), true);
    /// assert_eq!(body.content.len(), 1);
    /// ```
    pub fn new(content: Content, required: bool) -> Self {
        Self {
            description: String::new(),
            required,
            content: vec![content],
            json_parts: Vec::new(),
        }
    }

    /// Creates a form without fields.
    pub(super) fn empty_form() -> Self {
        Self::form(Schema::object(Vec::new()), false)
    }

    /// Creates a form without files.
    pub(super) fn form(schema: Schema, required: bool) -> Self {
        Self::new(Content::new(URLENCODED, schema), required)
    }

    /// Makes a form reject unknown names.
    pub(super) fn close_form(&mut self) {
        for content in &mut self.content {
            content.schema = content.schema.take().map(Schema::closed);
        }
    }

    /// Returns whether it is a form whose fields are arguments.
    pub(crate) fn is_form(&self) -> bool {
        let is_form = |content: &Content| [URLENCODED, MULTIPART].contains(&&*content.media_type);
        self.content.iter().any(is_form)
    }

    /// Adds a field to a form, or returns the mistake.
    pub(super) fn add_to_form(
        &mut self,
        field: Property,
        is_file: bool,
        schemas: &Schemas,
    ) -> Result<(), String> {
        if !self.is_form() {
            return Err(BODY_AND_FORM.to_owned());
        }
        let Some(content) = self.content.first_mut() else {
            return Ok(());
        };
        if is_file {
            MULTIPART.clone_into(&mut content.media_type);
        }
        let Some(schema) = &mut content.schema else {
            return Ok(());
        };
        // The model that was the whole form becomes one of several.
        if let Shape::Reference(_) = schema.shape() {
            *schema = schemas.resolve(schema).clone();
        }
        let Shape::Object { properties, .. } = schema.shape_mut() else {
            return Err("a tagged enum cannot be combined with other form fields".to_owned());
        };
        match properties.iter().find(|known| known.name == field.name) {
            None => {
                self.required |= field.required;
                properties.push(field);
                Ok(())
            }
            // Text can be read twice, a file only once.
            Some(known) if *known == field && !is_file => Ok(()),
            Some(_) => {
                let name = &field.name;
                Err(format!("two arguments take the field `{name}` of the form"))
            }
        }
    }
}

impl Operation {
    /// Returns the names of the parameters that its arguments read, with their sources.
    pub(crate) fn names(&self) -> Vec<(TextSource, String)> {
        let with_aliases = |name: &String, aliases: &[String]| {
            let mut names = vec![name.clone()];
            names.extend_from_slice(aliases);
            names
        };
        let of_parameters = self.parameters.iter().flat_map(|parameter| {
            let names = with_aliases(&parameter.name, &parameter.aliases);
            names
                .into_iter()
                .map(|name| (TextSource::Parameter(parameter.source), name))
        });
        let forms = self.body.iter().filter(|body| body.is_form());
        let schemas = forms
            .flat_map(|body| &body.content)
            .filter_map(|content| content.schema.as_ref());
        let properties = schemas.flat_map(|schema| match self.schemas.resolve(schema).shape() {
            Shape::Object { properties, .. } => properties.as_slice(),
            _ => &[],
        });
        let of_forms = properties.flat_map(|property| {
            let names = with_aliases(&property.name, &property.aliases);
            names.into_iter().map(|name| (TextSource::Form, name))
        });
        of_parameters.chain(of_forms).collect()
    }
}
