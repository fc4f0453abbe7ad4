//! The template of a route's path.

use std::fmt;
use std::str::FromStr;

use super::captures::Captures;
use super::error::{TemplateError, TemplateMistake};
use super::parse::parse;
use super::segment::Segment;
use super::tail::Tail;

/// The path of a route, with variables in braces.
///
/// | written | matches |
/// |---|---|
/// | `/items` | exactly this |
/// | `/items/{item_id}` | one segment of at least one character; a `/` in its value is sent as `%2F` |
/// | `/{x}-{y}`, `/{x}.json`, `/models/{m}:generate` | variables and text within one segment |
/// | `/files/{p:path}` | the rest of the path, including slashes; it may be empty |
/// | `/files/{p:path}/meta` | the same, up to the text after it; one `:path` per template |
/// | `/{{x}}` | the text `/{x}` |
///
/// Literal text is written in decoded form: `/a b`, not `/a%20b`.
///
/// # Examples
///
/// ```
/// use avocet::path::Template;
///
/// let template = Template::parse("/models/{owner}/{name}:generate")?;
/// assert_eq!(template.names(), ["owner", "name"]);
///
/// let error = Template::parse("/items/{id:int}").unwrap_err();
/// assert!(error.to_string().contains("`id`"));
/// # Ok::<(), avocet::path::TemplateError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Template {
    pub(super) text: String,
    pub(super) openapi: String,
    pub(super) names: Vec<String>,
    /// The segments before the one that contains the `:path` variable, or all of them.
    pub(super) segments: Vec<Segment>,
    /// From the segment with the `:path` variable on, if there is one.
    pub(super) tail: Option<Tail>,
}

impl Template {
    /// Parses a template.
    ///
    /// # Errors
    ///
    /// A [`TemplateError`] for the first invalid position.
    ///
    /// # Examples
    ///
    /// ```
    /// use avocet::path::{Template, TemplateMistake};
    ///
    /// assert!(Template::parse("/items/{item_id}").is_ok());
    ///
    /// let error = Template::parse("items").unwrap_err();
    /// assert_eq!(error.mistake(), &TemplateMistake::NoLeadingSlash);
    /// ```
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        parse(text)
    }

    /// Parses a template that continues the prefix of a router.
    ///
    /// The two texts are concatenated. An empty `path` gives the prefix itself, an empty
    /// `prefix` gives the path alone.
    ///
    /// # Errors
    ///
    /// A [`TemplateError`] about the joined text: everything that [`parse`](Self::parse) rejects, such as
    /// one name in both parts; a prefix that ends with `/`; a path that does not begin with it.
    ///
    /// # Examples
    ///
    /// ```
    /// use avocet::path::Template;
    ///
    /// let template = Template::join("/users/{user_id}", "/items/{item_id}")?;
    /// assert_eq!(template.as_str(), "/users/{user_id}/items/{item_id}");
    /// assert_eq!(Template::join("/items", "")?.as_str(), "/items");
    /// assert_eq!(Template::join("/items", "/")?.as_str(), "/items/");
    /// assert!(Template::join("/items/", "/all").is_err());
    /// # Ok::<(), avocet::path::TemplateError>(())
    /// ```
    pub fn join(prefix: &str, path: &str) -> Result<Self, TemplateError> {
        let joined = format!("{prefix}{path}");
        if prefix.ends_with('/') {
            let position = prefix.len() - 1;
            let mistake = TemplateMistake::PrefixEndsWithSlash;
            return Err(TemplateError::new(&joined, position, mistake));
        }
        if !path.is_empty() && !path.starts_with('/') {
            let mistake = TemplateMistake::NoLeadingSlash;
            return Err(TemplateError::new(&joined, prefix.len(), mistake));
        }
        parse(&joined)
    }

    /// Returns the text as written.
    ///
    /// # Examples
    ///
    /// ```
    /// use avocet::path::Template;
    ///
    /// assert_eq!(Template::parse("/files/{p:path}")?.as_str(), "/files/{p:path}");
    /// # Ok::<(), avocet::path::TemplateError>(())
    /// ```
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the names of the variables, in the order in which they are written.
    ///
    /// # Examples
    ///
    /// ```
    /// use avocet::path::Template;
    ///
    /// assert_eq!(Template::parse("/{x}-{y}/{rest:path}")?.names(), ["x", "y", "rest"]);
    /// # Ok::<(), avocet::path::TemplateError>(())
    /// ```
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Returns the key of this path in an `OpenAPI` document.
    ///
    /// Converters are left out, and literal characters that are not allowed in a URL are
    /// percent-encoded. That includes a literal brace, which would otherwise begin a variable.
    ///
    /// # Examples
    ///
    /// ```
    /// use avocet::path::Template;
    ///
    /// assert_eq!(Template::parse("/files/{p:path}")?.openapi(), "/files/{p}");
    /// assert_eq!(Template::parse("/{{x}}/{y}")?.openapi(), "/%7Bx%7D/{y}");
    /// # Ok::<(), avocet::path::TemplateError>(())
    /// ```
    pub fn openapi(&self) -> &str {
        &self.openapi
    }

    /// Returns the key without the names of variables: two keys that differ only in these are one path in `OpenAPI`.
    pub(crate) fn openapi_shape(&self) -> String {
        let mut shape = self.openapi.clone();
        for name in &self.names {
            shape = shape.replacen(&format!("{{{name}}}"), "{}", 1);
        }
        shape
    }

    /// Returns whether two templates match the same paths because they differ only in the names of variables.
    pub(crate) fn same_shape(&self, other: &Self) -> bool {
        self.segments == other.segments && self.tail == other.tail
    }

    /// Returns the positions of the variables' values in a decoded path, or `None` if it does not match.
    pub(super) fn captures(&self, path: &str) -> Option<Captures> {
        let mut captures = Captures::with_length(self.names.len());
        let mut remaining = Some(path.strip_prefix('/')?);
        let mut variables = 0;
        for segment in &self.segments {
            let text = remaining?;
            let start = path.len() - text.len();
            let (text, after) = first_segment(text);
            segment
                .capture(text, &mut |variable, from, to| {
                    captures.set(variables + variable, start + from, start + to);
                })
                .then_some(())?;
            variables += segment.variables();
            remaining = after;
        }
        match (&self.tail, remaining) {
            (None, None) => Some(captures),
            (Some(tail), Some(text)) => {
                let start = path.len() - text.len();
                tail.capture(text, &mut |variable, from, to| {
                    captures.set(variables + variable, start + from, start + to);
                })
                .then_some(captures)
            }
            _ => None,
        }
    }
}

impl fmt::Display for Template {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl FromStr for Template {
    type Err = TemplateError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse(text)
    }
}

/// Splits a path (without its leading slash) after its first segment. `None` means that it was the last
/// segment, `Some("")` that one more, empty segment follows.
pub(super) fn first_segment(text: &str) -> (&str, Option<&str>) {
    match text.split_once('/') {
        Some((segment, after)) => (segment, Some(after)),
        None => (text, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the values of a template's variables in a path, or `None` if they do not match.
    fn values(template: &str, path: &str) -> Option<Vec<String>> {
        let captures = Template::parse(template)
            .expect("a template")
            .captures(path)?;
        Some(captures.iter(path).map(str::to_owned).collect())
    }

    #[track_caller]
    fn check(template: &str, path: &str, expected: Option<&[&str]>) {
        let expected = expected.map(|values| values.iter().map(|&v| v.to_owned()).collect());
        assert_eq!(values(template, path), expected, "{template} on {path}");
    }

    #[test]
    fn literal_paths_match_themselves_only() {
        check("/", "/", Some(&[]));
        check("/a/b", "/a/b", Some(&[]));
        check("/a/b", "/a/b/", None);
        check("/a/b", "/A/b", None);
        check("/u", "//u", None);
        check("/{{x}}", "/{x}", Some(&[]));
        check("/", "", None);
        check("/a", "a", None);
    }

    #[test]
    fn a_variable_is_one_segment_of_at_least_one_character() {
        check("/items/{id}", "/items/7", Some(&["7"]));
        check("/items/{id}", "/items/", None);
        check("/items/{id}", "/items", None);
        check("/items/{id}", "/items/7/8", None);
        check(
            "/{a}/{b}/{c}/{d}/{e}/{f}",
            "/1/2/3/4/5/6",
            Some(&["1", "2", "3", "4", "5", "6"]),
        );
    }

    #[test]
    fn variables_in_one_segment_are_greedy_from_the_left() {
        check("/{x}-{y}", "/a-b-c", Some(&["a-b", "c"]));
        check("/{x}-{y}", "/-b-", None);
        check("/{x}-{y}", "/a--", Some(&["a", "-"]));
        check("/{x}{y}", "/aé", Some(&["a", "é"]));
        check("/{x}{y}", "/é", None);
        check("/{x}.json", "/a.json.json", Some(&["a.json"]));
        check("/{x}.json", "/.json", None);
        check(
            "/models/{m}:generate",
            "/models/gemini:pro:generate",
            Some(&["gemini:pro"]),
        );
        check("/a{x}a", "/aa", None);
        check("/a{x}a{y}a", "/aaaaaa", Some(&["aa", "a"]));
    }

    #[test]
    fn the_rest_of_a_path_may_be_empty_and_may_be_followed() {
        check("/files/{p:path}", "/files/a/b.txt", Some(&["a/b.txt"]));
        check("/files/{p:path}", "/files/", Some(&[""]));
        check("/files/{p:path}", "/files", None);
        check(
            "/files/{p:path}/meta",
            "/files/a/meta/meta",
            Some(&["a/meta"]),
        );
        check("/files/{p:path}/meta", "/files//meta", Some(&[""]));
        check("/files/{p:path}/meta", "/files/meta", None);
        check(
            "/models/{m:path}:generate",
            "/models/a/b:generate",
            Some(&["a/b"]),
        );
        check("/{x}-{p:path}", "/a-b/c-d", Some(&["a", "b/c-d"]));
        check("/{x}-{p:path}", "/a-b-c", Some(&["a-b", "c"]));
        check(
            "/{p:path}-{y}/{z}",
            "/a/b-c-d/e",
            Some(&["a/b-c", "d", "e"]),
        );
        check("/{p:path}", "/", Some(&[""]));
    }

    #[test]
    fn joining_keeps_both_texts() {
        let join = |prefix, path| Template::join(prefix, path).map(|joined| joined.to_string());
        assert_eq!(join("", "/a"), Ok("/a".to_owned()));
        assert_eq!(join("/a", ""), Ok("/a".to_owned()));
        assert_eq!(join("/a", "/"), Ok("/a/".to_owned()));
        assert_eq!(join("/{x}", "/{y}"), Ok("/{x}/{y}".to_owned()));
    }

    #[test]
    fn joining_reports_locations_in_the_joined_text() {
        let error = |prefix, path| {
            let error = Template::join(prefix, path).expect_err("a mistake");
            (error.position(), error.mistake().clone())
        };
        assert_eq!(
            error("/{x}", "/{x}"),
            (6, TemplateMistake::RepeatedName("x".to_owned()))
        );
        assert_eq!(error("/a", "b"), (2, TemplateMistake::NoLeadingSlash));
        assert_eq!(error("a", "/b"), (0, TemplateMistake::NoLeadingSlash));
        assert_eq!(error("", ""), (0, TemplateMistake::NoLeadingSlash));
        assert_eq!(error("/", "/b"), (0, TemplateMistake::PrefixEndsWithSlash));
        assert_eq!(
            error("/é/", "/b"),
            (3, TemplateMistake::PrefixEndsWithSlash)
        );
    }
}
