//! `ExternalDocs`: a link to documentation outside of the document.

use crate::model::{OrderedJson, object};

/// A link from the document to other documentation: of the application, a tag or an operation.
///
/// ```
/// use avocet::{App, ExternalDocs};
///
/// let manual = ExternalDocs::new("https://example.com/manual").description("The manual");
/// let app = App::new("Search", "1.0.0").external_docs(manual).build()?;
/// assert_eq!(app.openapi()["externalDocs"]["url"], "https://example.com/manual");
/// # Ok::<(), avocet::BuildError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExternalDocs {
    url: String,
    description: String,
}

impl ExternalDocs {
    /// Creates a link to a URL.
    ///
    /// ```
    /// let manual = avocet::ExternalDocs::new("https://example.com/manual");
    /// ```
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            description: String::new(),
        }
    }

    /// Sets the description, in Markdown.
    ///
    /// ```
    /// let manual = avocet::ExternalDocs::new("https://example.com/manual").description("The manual");
    /// ```
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = description.into();
        self
    }

    pub(crate) fn to_json(&self) -> OrderedJson {
        let mut object = object! {"url": self.url.as_str()};
        if !self.description.is_empty() {
            object.set("description", self.description.as_str());
        }
        object
    }
}
