//! `Mistake`: a mistake in an application, with its locations in the source.

use super::Operation;

/// One mistake, with the locations in the source that are involved.
///
/// ```
/// use avocet::prelude::*;
///
/// #[get("/")]
/// async fn needs(#[state] model: String) -> String { model }
///
/// let error = App::new("Needy", "1.0.0").routes(routes![needs]).build().unwrap_err();
/// assert!(error.mistakes()[0].what().contains("alloc::string::String"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    what: String,
    locations: Vec<String>,
}

impl Mistake {
    /// Describes the mistake in one sentence.
    ///
    /// ```
    /// # use avocet::prelude::*;
    /// let error = App::new("Bad", "1").routes([Operation::get("no-slash").handle((), |()| async { 1 })]).build().unwrap_err();
    /// assert!(error.mistakes()[0].what().contains("no-slash"));
    /// ```
    pub fn what(&self) -> &str {
        &self.what
    }

    /// The locations in the source, the earlier declaration first.
    ///
    /// ```
    /// # use avocet::prelude::*;
    /// let error = App::new("Bad", "1").routes([Operation::get("no-slash").handle((), |()| async { 1 })]).build().unwrap_err();
    /// assert_eq!(error.mistakes()[0].locations().len(), 1);
    /// ```
    pub fn locations(&self) -> &[String] {
        &self.locations
    }

    /// Creates a mistake of operations.
    pub(crate) fn new(what: impl Into<String>, operations: &[&Operation]) -> Self {
        let location = |operation: &&Operation| {
            format!(
                "{} {} in {}",
                operation.method, operation.path, operation.declaration
            )
        };
        Self::at(what, operations.iter().map(location))
    }

    /// Creates a mistake at other locations, or without one.
    pub(crate) fn at(what: impl Into<String>, locations: impl IntoIterator<Item = String>) -> Self {
        Self {
            what: what.into(),
            locations: locations.into_iter().collect(),
        }
    }
}
