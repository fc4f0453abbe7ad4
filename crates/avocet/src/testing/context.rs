//! `TestContext`: a request for a single extractor.

use std::any::Any;
use std::fmt::{Debug, Display};
use std::sync::Arc;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderName, HeaderValue, Method, Request, header};
use serde::Serialize;

use crate::extract::{
    ApplicationContext, Extractor, FormBounds, ReceivedBody, Rejection, RequestContext,
    RouteContext, StateOrigin, States,
};
use crate::model::OrderedJson;
use crate::operation::Operation;
use crate::path::Captures;
use crate::response::{HttpError, ResponseBody, ResponseContext};
use crate::serve::Limits;
use crate::tasks::Producers;

/// Makes a [`RequestContext`] without an application: a request builder for the unit test of an [`Extractor`].
///
/// ```
/// use avocet::extract::{Extractor, Rejection, RequestContext};
/// use avocet::operation::Operation;
/// use avocet::response::HttpError;
/// use avocet::testing::TestContext;
/// use http::StatusCode;
///
/// /// Extracts the tenant from the header `x-tenant`.
/// struct Tenant;
///
/// impl Extractor for Tenant {
///     type Value = String;
///     fn describe(&self, _: &mut Operation) {}
///     async fn extract(&self, context: &mut RequestContext) -> Result<String, Rejection> {
///         let tenant = context.header("x-tenant").first().map(|tenant| tenant.to_string());
///         tenant.ok_or_else(|| HttpError::new(StatusCode::UNAUTHORIZED, "Who are you?").into())
///     }
/// }
///
/// # #[avocet::main]
/// # async fn main() {
/// let tenant = TestContext::get("/items").header("x-tenant", "ann").extract(&Tenant).await;
/// assert_eq!(tenant.unwrap(), "ann");
/// let error = TestContext::get("/items").extract(&Tenant).await.unwrap_err();
/// assert_eq!(error.status(), 401);
/// # }
/// ```
#[derive(Debug)]
pub struct TestContext {
    head: Parts,
    body: Bytes,
    variables: Vec<(String, String)>,
    states: States,
    limits: Limits,
}

macro_rules! methods {
    ($($name:ident $method:ident;)*) => {$(
        #[doc = concat!("Begins a `", stringify!($method), "` request to a path with its query.")]
        ///
        /// # Panics
        /// If the path is not a valid request target.
        ///
        /// ```
        /// use avocet::testing::TestContext;
        ///
        #[doc = concat!("assert_eq!(TestContext::", stringify!($name), "(\"/items\").context().method(), \"", stringify!($method), "\");")]
        /// ```
        #[track_caller]
        pub fn $name(path: &str) -> Self {
            Self::new(Method::$method, path)
        }
    )*};
}

impl TestContext {
    methods! {
        get GET;
        post POST;
        put PUT;
        patch PATCH;
        delete DELETE;
    }

    /// Begins a request with any method.
    ///
    /// # Panics
    /// If the path is not a valid request target.
    ///
    /// ```
    /// use avocet::testing::TestContext;
    ///
    /// let context = TestContext::new(http::Method::OPTIONS, "/items?page=2").context();
    /// assert_eq!(context.query("page"), ["2"]);
    /// ```
    #[track_caller]
    pub fn new(method: Method, path: &str) -> Self {
        let mut request = Request::new(());
        *request.method_mut() = method;
        *request.uri_mut() = valid(path.parse(), &path);
        let (head, ()) = request.into_parts();
        Self {
            head,
            body: Bytes::new(),
            variables: Vec::new(),
            states: States::default(),
            limits: Limits::default(),
        }
    }

    /// Adds a header.
    ///
    /// # Panics
    /// If name or value are not valid in a header.
    ///
    /// ```
    /// use avocet::testing::TestContext;
    ///
    /// let context = TestContext::get("/").header("cookie", "session=7").context();
    /// assert_eq!(context.cookie("session"), ["7"]);
    /// ```
    #[track_caller]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let name = valid(HeaderName::try_from(name), &name);
        let value = valid(HeaderValue::try_from(value), &value);
        self.head.headers.append(name, value);
        self
    }

    /// Sets the value of a variable of the path template, decoded. The path itself is not matched with a template.
    ///
    /// ```
    /// use avocet::testing::TestContext;
    ///
    /// let context = TestContext::get("/items/7").variable("item_id", "7").context();
    /// assert_eq!(context.captured("item_id"), Some("7"));
    /// ```
    pub fn variable(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.variables.push((name.into(), value.into()));
        self
    }

    /// Provides state, as [`App::state`](crate::App::state) does.
    ///
    /// ```
    /// use avocet::testing::TestContext;
    ///
    /// let context = TestContext::get("/").state(7_u32).context();
    /// assert_eq!(context.state::<u32>(), Some(&7));
    /// ```
    #[track_caller]
    pub fn state<T: Any + Send + Sync>(self, state: T) -> Self {
        self.named_state("", state)
    }

    /// Provides a state with a name, as [`App::named_state`](crate::App::named_state) does.
    ///
    /// # Panics
    /// If there is a state of this type with this name.
    ///
    /// ```
    /// use avocet::testing::TestContext;
    ///
    /// let context = TestContext::get("/").named_state("replica", 7_u32).context();
    /// assert_eq!(context.named_state::<u32>("replica"), Some(&7));
    /// ```
    #[track_caller]
    pub fn named_state<T: Any + Send + Sync>(mut self, name: &str, state: T) -> Self {
        self.states.insert(name, state, StateOrigin::here());
        if let Some(mistake) = self.states.mistakes().first() {
            panic!("{}", mistake.what());
        }
        self
    }

    /// Sets the limits, as [`App::limits`](crate::App::limits) does.
    ///
    /// ```
    /// use avocet::serve::Limits;
    /// use avocet::testing::TestContext;
    ///
    /// # #[avocet::main]
    /// # async fn main() {
    /// let limits = Limits::default().body_bytes(4);
    /// let mut context = TestContext::post("/").limits(limits).json("too long").context();
    /// assert!(context.body().await.is_err());
    /// # }
    /// ```
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Sets the body to the JSON of a value, with its content type.
    ///
    /// # Panics
    /// If the value cannot be serialized.
    ///
    /// ```
    /// use avocet::extract::Body;
    /// use avocet::testing::TestContext;
    ///
    /// # #[avocet::main]
    /// # async fn main() {
    /// let numbers = TestContext::post("/").json(&[1, 2]).extract(&Body::<Vec<u8>>::new()).await;
    /// assert_eq!(numbers.unwrap(), [1, 2]);
    /// # }
    /// ```
    #[track_caller]
    pub fn json<T: Serialize + ?Sized>(self, value: &T) -> Self {
        let text = valid(serde_json::to_vec(value), &"the test's body");
        self.header(header::CONTENT_TYPE.as_str(), "application/json")
            .body(text)
    }

    /// Sets the body, without a content type.
    ///
    /// ```
    /// use avocet::extract::Form;
    /// use avocet::testing::TestContext;
    ///
    /// # #[avocet::main]
    /// # async fn main() {
    /// let request = TestContext::post("/").header("content-type", "application/x-www-form-urlencoded").body("page=2");
    /// assert_eq!(request.extract(&Form::<u32>::new("page")).await.unwrap(), 2);
    /// # }
    /// ```
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// Returns the request context, as a route without extractors has it.
    ///
    /// ```
    /// use avocet::testing::TestContext;
    ///
    /// assert_eq!(TestContext::get("/items?page=2").context().uri(), "/items?page=2");
    /// ```
    pub fn context(self) -> RequestContext {
        let operation = Operation::new(self.head.method.clone(), self.head.uri.path());
        self.context_of(&operation)
    }

    /// Describes the extractor in an operation and runs it.
    ///
    /// # Errors
    /// The error that the client would receive: the extractor's own, or a 422 with all validation errors.
    ///
    /// ```
    /// use avocet::extract::Query;
    /// use avocet::response::ErrorFormat;
    /// use avocet::testing::TestContext;
    ///
    /// # #[avocet::main]
    /// # async fn main() {
    /// let page = Query::<u32>::new("page");
    /// let error = TestContext::get("/items?page=two").extract(&page).await.unwrap_err();
    /// assert_eq!(error.to_json(ErrorFormat::FastApi)["detail"][0]["type"], "int_parsing");
    /// # }
    /// ```
    pub async fn extract<E: Extractor>(self, extractor: &E) -> Result<E::Value, HttpError> {
        let mut operation = Operation::new(self.head.method.clone(), self.head.uri.path());
        extractor.describe(&mut operation);
        let mut context = self.context_of(&operation);
        match extractor.extract(&mut context).await {
            Ok(value) => Ok(value),
            Err(Rejection::Error(error)) => Err(error),
            Err(Rejection::Invalid) => Err(context.take_errors_as_error()),
        }
    }

    fn context_of(self, operation: &Operation) -> RequestContext {
        let limits = self.limits;
        let application = ApplicationContext {
            title: String::new(),
            documents: vec![OrderedJson::Null],
            states: self.states,
            producers: Producers::new(limits.producers),
            upload_dir: None,
            #[cfg(feature = "compression")]
            decoded_body_bytes: limits.decoded_body_bytes,
            json_depth: limits.json_depth,
        };
        let response_context = ResponseContext {
            status: operation.status,
            kept: operation.kept.clone(),
            ..ResponseContext::default()
        };
        let captures = Captures::of_values(self.variables.iter().map(|(_, value)| &**value));
        let route = RouteContext {
            application: Arc::new(application),
            variables: self.variables.into_iter().map(|(name, _)| name).collect(),
            response_context,
            body_limit: operation.body_limit.unwrap_or(limits.server.body_bytes),
            form_bounds: FormBounds::new(operation.form_limits, &limits),
            names: operation.names(),
            shows_input: false,
            shared_dependencies: Vec::new(),
        };
        let body = ReceivedBody::new(ResponseBody::full(self.body));
        RequestContext::new(self.head, body, None, Arc::new(route), captures)
    }
}

/// Returns the value. A panic has the location of the test.
#[track_caller]
fn valid<T, E: Display>(outcome: Result<T, E>, what: &dyn Debug) -> T {
    match outcome {
        Ok(value) => value,
        Err(error) => panic!("{what:?}: {error}"),
    }
}
