//! `ApiDocument`: one of the documents of an application.

use std::fmt;
use std::sync::Arc;

use crate::depend::Requirement;
use crate::operation::Operation;

/// A document of some operations, with its docs page. An application has one of all operations, or those that
/// [`App::documents`](crate::App::documents) sets.
///
/// ```
/// use avocet::prelude::*;
/// use avocet::{ApiDocument, testing::TestClient};
///
/// #[get("/items")]
/// async fn items() -> u32 { 1 }
///
/// #[get("/orders", tag = "internal")]
/// async fn orders() -> u32 { 1 }
///
/// # #[avocet::main]
/// # async fn main() -> avocet::Result<()> {
/// let app = App::new("Shop", "1.0.0").routes(routes![items, orders]).documents([
///     ApiDocument::new().without_tag("internal"),
///     ApiDocument::at("/internal").with_tag("internal").title("Shop, for the staff"),
/// ]);
/// let client = TestClient::new(app.build()?);
/// let public: serde_json::Value = client.get("/openapi.json").send().await.json().await;
/// assert!(public["paths"].get("/orders").is_none());
/// let internal: serde_json::Value = client.get("/internal/openapi.json").send().await.json().await;
/// assert!(internal["paths"].get("/orders").is_some());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct ApiDocument {
    pub(super) prefix: String,
    title: Option<String>,
    filters: Vec<Filter>,
    requirements: Vec<Requirement>,
}

type Filter = Arc<dyn Fn(&Operation) -> bool + Send + Sync>;

impl ApiDocument {
    /// Creates a document of all operations at `/openapi.json`, with its page at `/docs`.
    ///
    /// ```
    /// let document = avocet::ApiDocument::new();
    /// ```
    pub fn new() -> Self {
        Self::at("")
    }

    /// Creates a document of all operations at `/openapi.json` below a prefix, with its page at `/docs` below it.
    ///
    /// ```
    /// let document = avocet::ApiDocument::at("/internal");
    /// ```
    pub fn at(prefix: impl Into<String>) -> Self {
        Self {
            prefix: prefix.into(),
            title: None,
            filters: Vec::new(),
            requirements: Vec::new(),
        }
    }

    /// Sets its title, in place of that of the application.
    ///
    /// ```
    /// let document = avocet::ApiDocument::at("/internal").title("Shop, for the staff");
    /// ```
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// Keeps the operations with a tag.
    ///
    /// ```
    /// let document = avocet::ApiDocument::at("/internal").with_tag("internal");
    /// ```
    pub fn with_tag(self, tag: impl Into<String>) -> Self {
        let tag = tag.into();
        self.filter(move |operation| operation.tags.contains(&tag))
    }

    /// Leaves out the operations with a tag.
    ///
    /// ```
    /// let document = avocet::ApiDocument::new().without_tag("internal");
    /// ```
    pub fn without_tag(self, tag: impl Into<String>) -> Self {
        let tag = tag.into();
        self.filter(move |operation| !operation.tags.contains(&tag))
    }

    /// Keeps the operations for which a function returns `true`. All filters of a document must keep an operation. Hidden operations are in no
    /// document.
    ///
    /// ```
    /// use avocet::ApiDocument;
    ///
    /// let stable = ApiDocument::new().filter(|operation| operation.path.starts_with("/v1/"));
    /// ```
    pub fn filter(mut self, keep: impl Fn(&Operation) -> bool + Send + Sync + 'static) -> Self {
        self.filters.push(Arc::new(keep));
        self
    }

    /// Adds a dependency that must succeed before the document and its page are sent. A browser sends basic credentials and cookies by itself,
    /// but no bearer token.
    ///
    /// ```
    /// use avocet::ApiDocument;
    /// use avocet::depend::Requirement;
    /// use avocet::prelude::*;
    /// use avocet::security::{BasicCredentials, unauthorized};
    ///
    /// #[dependency]
    /// async fn staff(#[basic] user: BasicCredentials) -> Result<(), HttpError> {
    ///     if user.has_password("s3same") { Ok(()) } else { Err(unauthorized("Basic", "Not the staff")) }
    /// }
    ///
    /// let document = ApiDocument::at("/internal").requires(Requirement::of::<staff>());
    /// ```
    pub fn requires(mut self, requirement: Requirement) -> Self {
        self.requirements.push(requirement);
        self
    }

    /// Removes the documents that cannot be served, and returns why. Each would have a mistake for each of its routes.
    pub(crate) fn remove_mistakes(documents: &mut Vec<Self>) -> Vec<String> {
        let mut mistakes = Vec::new();
        let mut prefixes = Vec::new();
        documents.retain(|document| {
            let prefix = &document.prefix;
            let is_path = prefix.is_empty() || prefix.starts_with('/') && !prefix.ends_with('/');
            if !is_path || prefix.contains(['{', '}']) {
                mistakes.push(format!(
                    "the prefix \"{prefix}\" of a document must start with `/`, not end with it, and have no variables, such as `/internal`"
                ));
            } else if prefixes.contains(prefix) {
                mistakes.push(format!(
                    "two documents are at `{prefix}/openapi.json`; give one a different prefix with `ApiDocument::at`"
                ));
            } else {
                prefixes.push(prefix.clone());
                return true;
            }
            false
        });
        mistakes
    }

    pub(crate) fn own_title(&self) -> Option<&str> {
        self.title.as_deref()
    }

    pub(crate) fn keeps(&self, operation: &Operation) -> bool {
        operation.include_in_schema && self.filters.iter().all(|keep| keep(operation))
    }

    /// Returns whether it leaves out operations of the application.
    pub(crate) fn is_partial(&self) -> bool {
        !self.filters.is_empty()
    }

    pub(super) fn requirements(&self) -> &[Requirement] {
        &self.requirements
    }
}

impl Default for ApiDocument {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for ApiDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiDocument")
            .field("prefix", &self.prefix)
            .field("title", &self.title)
            .field("filters", &self.filters.len())
            .field("requirements", &self.requirements)
            .finish()
    }
}
