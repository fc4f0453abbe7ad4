//! `Tag`: a group of operations in the document.

use crate::model::{OrderedJson, object};
use crate::operation::ExternalDocs;

/// The description of a tag, for the document's `tags`.
///
/// ```
/// use avocet::{App, ExternalDocs, Tag};
///
/// let admin = Tag::new("admin").description("For staff.").external_docs(ExternalDocs::new("https://example.com/admin"));
/// let app = App::new("Shop", "1.0.0").tag(admin).build()?;
/// assert_eq!(app.openapi()["tags"][0]["externalDocs"]["url"], "https://example.com/admin");
/// # Ok::<(), avocet::BuildError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    name: String,
    description: String,
    external_docs: Option<ExternalDocs>,
}

impl Tag {
    /// Creates the entry of the tag with this name.
    ///
    /// ```
    /// let admin = avocet::Tag::new("admin");
    /// ```
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            description: String::new(),
            external_docs: None,
        }
    }

    /// Sets the description, in Markdown.
    ///
    /// ```
    /// let admin = avocet::Tag::new("admin").description("For staff.");
    /// ```
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = description.into();
        self
    }

    /// Sets a link to other documentation.
    ///
    /// ```
    /// use avocet::{ExternalDocs, Tag};
    ///
    /// let admin = Tag::new("admin").external_docs(ExternalDocs::new("https://example.com/admin"));
    /// ```
    pub fn external_docs(mut self, docs: ExternalDocs) -> Self {
        self.external_docs = Some(docs);
        self
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn to_json(&self) -> OrderedJson {
        let mut object = object! {"name": self.name.as_str()};
        if !self.description.is_empty() {
            object.set("description", self.description.as_str());
        }
        if let Some(docs) = &self.external_docs {
            object.set("externalDocs", docs.to_json());
        }
        object
    }
}
