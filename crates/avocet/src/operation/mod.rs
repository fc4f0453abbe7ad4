//! The contract of one endpoint, as plain data: the source of the router, the reader, the document and the docs page.
//!
//! [`Operation`] is built by `#[get]` and the other route attributes, or without macros by the same calls; with a handler it is a
//! [`Route`](crate::route::Route).

mod by_state;
mod declare;
mod dependencies;
mod described;
mod doc_comment;
mod external_docs;
mod form_limits;
mod kept;
mod merge;
mod mistake;
mod origins;
mod parameter;
mod prose;
mod response;
mod security;
mod text_source;
mod websocket;

pub(crate) use by_state::ByState;
pub use declare::Declaration;
pub(crate) use dependencies::Use;
pub use described::DescribedResponse;
pub use external_docs::ExternalDocs;
pub use form_limits::FormLimits;
pub(crate) use kept::Kept;
pub use mistake::Mistake;
pub use origins::Origins;
pub use parameter::{Parameter, ParameterLocation, RequestBody};
pub(crate) use prose::add_sentence;
pub use response::{Content, DocumentedResponse, ResponseHeader};
pub(crate) use text_source::TextSource;
pub use websocket::{Messages, WebSocketContract};

pub use crate::error::{DocumentedError, ErrorBody};

use std::time::Duration;

use http::{Method, StatusCode};
use serde_json::Value;

use crate::error::ErrorFormat;
use crate::model::{Property, Schema, Schemas, Shape, Side};

/// The contract of one endpoint.
///
/// Without macros it is built and given its handler like this; `#[post("/double")]` prints the same.
///
/// ```
/// use avocet::extract::Query;
/// use avocet::operation::Operation;
///
/// let route = Operation::get("/double")
///     .id("double")
///     .summary("Twice the number")
///     .handle((Query::<u32>::new("n"),), |(n,)| async move { n * 2 });
///
/// assert_eq!(route.operation().parameters[0].name, "n");
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
#[expect(clippy::struct_excessive_bools, reason = "each is a setting by itself")]
pub struct Operation {
    /// The HTTP method.
    pub method: Method,
    /// The path template, such as `/items/{item_id}`, including the prefixes of its routers.
    pub path: String,
    /// The operation id, unique in the application.
    pub id: String,
    /// The summary, in one line.
    pub summary: String,
    /// The description, in Markdown.
    pub description: String,
    /// The tags.
    pub tags: Vec<String>,
    /// Whether clients should stop using it.
    pub deprecated: bool,
    /// Whether the document includes it.
    pub include_in_schema: bool,
    /// The status of a successful response, if the response's type does not set one.
    pub status: Option<StatusCode>,
    /// The parameters from path, query, headers and cookies.
    pub parameters: Vec<Parameter>,
    /// The request body.
    pub body: Option<RequestBody>,
    /// The largest request body in bytes, if it differs from the application's.
    pub body_limit: Option<usize>,
    /// The limits on its form, if they differ from the application's.
    pub form_limits: FormLimits,
    /// The contract of its WebSocket, if it is one.
    pub websocket: Option<WebSocketContract>,
    /// How long it may take to the head of its response, if that is limited.
    pub time_limit: Option<Duration>,
    /// Whether its handler runs to completion even if the client disconnects.
    pub detached: bool,
    /// Its successful responses.
    pub responses: Vec<DocumentedResponse>,
    /// The descriptions of statuses, for responses that no type documents. See [`describe_response`](Self::describe_response).
    pub described_responses: Vec<DescribedResponse>,
    /// The format of its errors, if it differs from the application's.
    pub error_format: Option<ErrorFormat>,
    /// Its errors, except those that the framework sends itself.
    pub errors: Vec<DocumentedError>,
    /// The security requirements, all of which must be met. Two entries of one scheme are one requirement with the scopes of both.
    pub security: Vec<SecurityRequirement>,
    /// Additional requirements with alternatives: of every entry one set must be met, of a set every requirement. See
    /// [`require_one_of`](Self::require_one_of).
    pub security_choices: Vec<Vec<Vec<SecurityRequirement>>>,
    /// Whether it states that it has no security requirement. See [`public`](Self::public).
    pub public: bool,
    /// The named models that it references.
    pub schemas: Schemas,
    /// The state that its arguments need.
    pub states: Vec<StateNeed>,
    /// The location of its declaration, for messages at start-up.
    pub declaration: Declaration,
    /// Mistakes in the declaration itself, for the same messages.
    pub mistakes: Vec<String>,
    /// Other documentation of it.
    pub external_docs: Option<ExternalDocs>,
    /// The requests that the application sends because of it. See [`callback`](Self::callback).
    pub callbacks: Vec<Self>,
    /// The values that the descriptions of its responses keep.
    pub(crate) kept: Kept,
    /// What it requires of states, beside their types.
    pub(crate) by_state: ByState,
    pub(crate) dependencies: Vec<dependencies::DependencyUse>,
    /// The scopes that are required where the operation is being described.
    pub(crate) scopes: Vec<&'static str>,
}

/// A security scheme that a request must satisfy.
///
/// ```
/// use avocet::operation::SecurityRequirement;
/// use serde_json::json;
///
/// let bearer = SecurityRequirement {
///     name: "bearer".into(),
///     scheme: json!({"type": "http", "scheme": "bearer"}),
///     scopes: vec![],
/// };
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct SecurityRequirement {
    /// The scheme's name in the document.
    pub name: String,
    /// The scheme, as an `OpenAPI` security scheme object.
    pub scheme: Value,
    /// The scopes that the credentials must have.
    pub scopes: Vec<String>,
}

/// State that a handler reads and the application must provide.
///
/// ```
/// use avocet::extract::State;
/// use avocet::operation::Operation;
///
/// let route = Operation::get("/").handle((State::<u32>::new(),), |(n,)| async move { n });
/// assert_eq!(route.operation().states[0].type_name, "u32");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StateNeed {
    /// The name of the state; empty for one without a name.
    pub name: &'static str,
    /// The type, for the lookup.
    pub type_id: std::any::TypeId,
    /// The type's full path, for messages.
    pub type_name: &'static str,
}

macro_rules! methods {
    ($($name:ident $method:ident;)*) => {$(
        #[doc = concat!("An operation for `", stringify!($method), "` on a path.")]
        ///
        /// ```
        /// use avocet::operation::Operation;
        ///
        #[doc = concat!("assert_eq!(Operation::", stringify!($name), "(\"/\").method, http::Method::", stringify!($method), ");")]
        /// ```
        #[track_caller]
        pub fn $name(path: impl Into<String>) -> Self {
            Self::new(Method::$method, path)
        }
    )*};
}

impl Operation {
    methods! {
        get GET;
        post POST;
        put PUT;
        patch PATCH;
        delete DELETE;
    }

    /// Creates an operation for any method on a path.
    ///
    /// ```
    /// use avocet::operation::Operation;
    ///
    /// assert_eq!(Operation::new(http::Method::OPTIONS, "/").path, "/");
    /// ```
    #[track_caller]
    pub fn new(method: Method, path: impl Into<String>) -> Self {
        Self {
            method,
            path: path.into(),
            id: String::new(),
            summary: String::new(),
            description: String::new(),
            tags: Vec::new(),
            deprecated: false,
            include_in_schema: true,
            status: None,
            parameters: Vec::new(),
            body: None,
            body_limit: None,
            form_limits: FormLimits::default(),
            websocket: None,
            time_limit: None,
            detached: false,
            responses: Vec::new(),
            described_responses: Vec::new(),
            error_format: None,
            errors: Vec::new(),
            security: Vec::new(),
            security_choices: Vec::new(),
            public: false,
            schemas: Schemas::new(Side::Input),
            states: Vec::new(),
            declaration: Declaration::here(),
            mistakes: Vec::new(),
            external_docs: None,
            callbacks: Vec::new(),
            kept: Kept::default(),
            by_state: ByState::default(),
            dependencies: Vec::new(),
            scopes: Vec::new(),
        }
    }

    /// Sets the operation id.
    ///
    /// ```
    /// # use avocet::operation::Operation;
    /// assert_eq!(Operation::get("/").id("home").id, "home");
    /// ```
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = id.into();
        self
    }

    /// Sets the summary.
    ///
    /// ```
    /// # use avocet::operation::Operation;
    /// assert_eq!(Operation::get("/").summary("Home").summary, "Home");
    /// ```
    pub fn summary(mut self, summary: impl Into<String>) -> Self {
        self.summary = summary.into();
        self
    }

    /// Sets the description, in Markdown.
    ///
    /// ```
    /// # use avocet::operation::Operation;
    /// assert_eq!(Operation::get("/").description("More.").description, "More.");
    /// ```
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = description.into();
        self
    }

    /// Adds a tag.
    ///
    /// ```
    /// # use avocet::operation::Operation;
    /// assert_eq!(Operation::get("/").tag("pages").tags, ["pages"]);
    /// ```
    pub fn tag(mut self, tag: impl Into<String>) -> Self {
        self.tags.push(tag.into());
        self
    }

    /// Marks it as deprecated.
    ///
    /// ```
    /// # use avocet::operation::Operation;
    /// assert!(Operation::get("/").deprecated().deprecated);
    /// ```
    pub fn deprecated(mut self) -> Self {
        self.deprecated = true;
        self
    }

    /// Sets a link to other documentation. The attribute setting is `external_docs = "…"`.
    ///
    /// ```
    /// # use avocet::operation::Operation;
    /// use avocet::ExternalDocs;
    ///
    /// let operation = Operation::get("/").external_docs(ExternalDocs::new("https://example.com/manual"));
    /// assert!(operation.external_docs.is_some());
    /// ```
    pub fn external_docs(mut self, docs: ExternalDocs) -> Self {
        self.external_docs = Some(docs);
        self
    }

    /// Excludes it from the document.
    ///
    /// ```
    /// # use avocet::operation::Operation;
    /// assert!(!Operation::get("/").hidden().include_in_schema);
    /// ```
    pub fn hidden(mut self) -> Self {
        self.include_in_schema = false;
        self
    }

    /// Sets the status of a successful response.
    ///
    /// ```
    /// # use avocet::operation::Operation;
    /// use http::StatusCode;
    ///
    /// assert_eq!(Operation::post("/").status(StatusCode::CREATED).status, Some(StatusCode::CREATED));
    /// ```
    pub fn status(mut self, status: StatusCode) -> Self {
        self.status = Some(status);
        self
    }

    /// Sets the largest request body, in bytes.
    ///
    /// ```
    /// # use avocet::operation::Operation;
    /// assert_eq!(Operation::post("/").body_limit(64 * 1024).body_limit, Some(65_536));
    /// ```
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = Some(bytes);
        self
    }

    /// Sets the limits on its form.
    ///
    /// ```
    /// # use avocet::operation::{FormLimits, Operation};
    /// let operation = Operation::post("/").form_limits(FormLimits::default().files(1));
    /// assert_eq!(operation.form_limits.files, Some(1));
    /// ```
    pub fn form_limits(mut self, limits: FormLimits) -> Self {
        self.form_limits = limits;
        self
    }

    /// Sets how long the operation may take to the head of its response, in place of the application's
    /// [`time_limit`](crate::App::time_limit); then its handler is cancelled and the client receives a 504.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use avocet::operation::Operation;
    ///
    /// let operation = Operation::get("/answer").time_limit(Duration::from_secs(30));
    /// ```
    pub fn time_limit(mut self, limit: Duration) -> Self {
        self.time_limit = Some(limit);
        self
    }

    /// Runs its handler to completion even if the client disconnects.
    ///
    /// Without it, a handler is dropped at its next `await` when its client disconnects. That is right for a handler that computes a
    /// response, and wrong for work that must not be left incomplete. With it, the handler runs in a separate task, still inside its
    /// request, which lasts until the handler ends: until then the request is in flight in the metrics, and its line of the access log is
    /// not written. The handler does not wait for a request body that has not arrived, and a stream in its response still ends when the
    /// client disconnects. At shutdown the server waits for the handler within its [drain deadline](crate::serve::Limits::drain_time),
    /// and then drops it.
    ///
    /// ```
    /// # use avocet::operation::Operation;
    /// assert!(Operation::post("/orders").detach().detached);
    /// ```
    pub fn detach(mut self) -> Self {
        self.detached = true;
        self
    }

    /// Sets the format of its errors, which overrides those of its router and of the application.
    ///
    /// ```
    /// # use avocet::operation::Operation;
    /// use avocet::response::ErrorFormat;
    ///
    /// let operation = Operation::get("/").error_format(ErrorFormat::ProblemDetails);
    /// assert_eq!(operation.error_format, Some(ErrorFormat::ProblemDetails));
    /// ```
    pub fn error_format(mut self, format: impl Into<ErrorFormat>) -> Self {
        self.error_format = Some(format.into());
        self
    }

    /// Sets the location of its declaration; the macros set the location of the user's function.
    ///
    /// ```
    /// use avocet::operation::{Declaration, Operation};
    ///
    /// let operation = Operation::get("/").declared(Declaration { function: "home", file: "main.rs", line: 3 });
    /// assert_eq!(operation.declaration.to_string(), "`home` (main.rs:3)");
    /// ```
    pub fn declared(mut self, declaration: Declaration) -> Self {
        self.declaration = declaration;
        self
    }

    /// Adds a parameter. If another argument has declared one with the same source and name, that one is kept; it is a mistake if the two
    /// are described differently. The names of headers are compared case-insensitively.
    ///
    /// ```
    /// use avocet::model::Schema;
    /// use avocet::operation::{Operation, Parameter, ParameterLocation};
    ///
    /// let mut operation = Operation::get("/");
    /// operation.add_parameter(Parameter::new(ParameterLocation::Query, "n", Schema::integer(), true));
    /// assert_eq!(operation.parameters.len(), 1);
    /// ```
    pub fn add_parameter(&mut self, parameter: Parameter) {
        let same = |known: &Parameter| {
            known.source == parameter.source
                && TextSource::Parameter(known.source).is_same(&known.name, &parameter.name)
        };
        match self.parameters.iter_mut().find(|known| same(known)) {
            None => self.parameters.push(parameter),
            Some(known) if known.schema == parameter.schema => known.required |= parameter.required,
            Some(_) => {
                let (source, name) = (parameter.source.name(), &parameter.name);
                self.mistakes.push(format!(
                    "two arguments take the {source} value `{name}` with different types"
                ));
            }
        }
    }

    /// Sets the body; a second one is a mistake, because a request has only one body.
    ///
    /// ```
    /// use avocet::model::Schema;
    /// use avocet::operation::{Content, Operation, RequestBody};
    ///
    /// let mut operation = Operation::post("/");
    /// operation.set_body(RequestBody::new(Content::json(Schema::string()), true));
    /// assert!(operation.mistakes.is_empty());
    /// ```
    pub fn set_body(&mut self, body: RequestBody) {
        match self.body.replace(body) {
            None => {}
            Some(before) if before.is_form() => {
                self.mistakes.push(parameter::BODY_AND_FORM.to_owned());
            }
            Some(_) => self.mistakes.push(
                "two arguments take the whole body; `Members` takes several from one object"
                    .to_owned(),
            ),
        }
    }

    /// Adds a text field to the form in the body. An identical field is ignored; a different field of the same name
    /// is a mistake.
    ///
    /// ```
    /// use avocet::model::{Property, Schema};
    /// use avocet::operation::Operation;
    ///
    /// let mut operation = Operation::post("/");
    /// operation.add_form_field(Property::new("title", Schema::string(), true));
    /// assert_eq!(operation.body.unwrap().content[0].media_type, "application/x-www-form-urlencoded");
    /// ```
    pub fn add_form_field(&mut self, field: Property) {
        self.add_to_form(field, false);
    }

    /// Adds a file to the form in the body, which makes it a multipart form.
    ///
    /// ```
    /// use avocet::model::{Property, Schema};
    /// use avocet::operation::Operation;
    ///
    /// let mut operation = Operation::post("/");
    /// operation.add_form_file(Property::new("photo", Schema::string(), true));
    /// assert_eq!(operation.body.unwrap().content[0].media_type, "multipart/form-data");
    /// ```
    pub fn add_form_file(&mut self, file: Property) {
        self.add_to_form(file, true);
    }

    /// Adds the fields of a model to the form in the body. If it is the only one, the form is this model, under its name.
    pub(crate) fn add_form_model(&mut self, schema: Schema, required: bool) {
        if self.body.is_none() {
            self.body = Some(RequestBody::form(schema, required));
            return;
        }
        match self.schemas.resolve(&schema).shape().clone() {
            Shape::Object {
                properties, closed, ..
            } => {
                for mut property in properties {
                    property.required &= required;
                    self.add_form_field(property);
                }
                self.body
                    .iter_mut()
                    .filter(|_| closed)
                    .for_each(RequestBody::close_form);
            }
            _ => self
                .mistakes
                .push("a tagged enum cannot be combined with other form fields".to_owned()),
        }
    }

    fn add_to_form(&mut self, field: Property, is_file: bool) {
        let body = self.body.get_or_insert_with(RequestBody::empty_form);
        let added = body.add_to_form(field, is_file, &self.schemas);
        self.mistakes.extend(added.err());
    }

    /// Returns the status of a successful response: its own, or `otherwise`.
    ///
    /// ```
    /// # use avocet::operation::Operation;
    /// assert_eq!(Operation::get("/").status_or(http::StatusCode::OK), 200);
    /// ```
    pub fn status_or(&self, otherwise: StatusCode) -> StatusCode {
        self.status.unwrap_or(otherwise)
    }
}

impl Operation {
    /// Returns the operations and their callbacks.
    pub(crate) fn with_callbacks<'a>(
        operations: impl IntoIterator<Item = &'a Self>,
    ) -> Vec<&'a Self> {
        let mut all: Vec<&Self> = operations.into_iter().collect();
        let mut next = 0;
        while let Some(operation) = all.get(next) {
            let operation: &'a Self = operation;
            all.extend(&operation.callbacks);
            next += 1;
        }
        all
    }

    /// Returns whether any part of a request can be a secret.
    pub(crate) fn takes_a_secret(&self) -> bool {
        let of_parameters = self.parameters.iter().map(|it| &it.schema);
        let bodies = self.body.iter().flat_map(|body| &body.content);
        let mut schemas = of_parameters.chain(bodies.filter_map(|content| content.schema.as_ref()));
        schemas.any(Schema::holds_a_secret) || self.schemas.hold_a_secret()
    }
}
