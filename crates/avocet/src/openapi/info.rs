//! The document's information about the whole application.

use super::{OpenApi, Tag};
use crate::model::{OrderedJson, object};
use crate::operation::ExternalDocs;

/// Title, version, and what the application adds to them.
pub(crate) struct Info<'a> {
    pub(crate) title: &'a str,
    pub(crate) version: &'a str,
    pub(crate) about: &'a About,
    pub(crate) shows_input: bool,
    pub(crate) openapi: OpenApi,
    /// Whether the document leaves out operations, so that it shows the tags of its own alone.
    pub(crate) is_partial: bool,
}

/// The optional information about an application.
#[derive(Debug, Default)]
pub(crate) struct About {
    pub(crate) description: String,
    pub(crate) contact: Option<Contact>,
    pub(crate) license: Option<License>,
    pub(crate) terms_of_service: Option<String>,
    pub(crate) servers: Vec<(String, String)>,
    pub(crate) tags: Vec<Tag>,
    pub(crate) external_docs: Option<ExternalDocs>,
}

/// The maintainer of an application, in its document: a name, and a web page or an email address.
///
/// ```
/// use avocet::{App, Contact};
///
/// let team = Contact::new("Search team").email("search@example.com").url("https://example.com/search");
/// let app = App::new("Search", "1.0.0").contact(team).build()?;
/// assert_eq!(app.openapi()["info"]["contact"]["email"], "search@example.com");
/// # Ok::<(), avocet::BuildError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    name: String,
    url: Option<String>,
    email: Option<String>,
}

impl Contact {
    /// Creates a contact with the name of a person or an organisation.
    ///
    /// ```
    /// let team = avocet::Contact::new("Search team");
    /// ```
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            url: None,
            email: None,
        }
    }

    /// Sets the URL of a page.
    ///
    /// ```
    /// let team = avocet::Contact::new("Search team").url("https://example.com/search");
    /// ```
    pub fn url(mut self, url: impl Into<String>) -> Self {
        self.url = Some(url.into());
        self
    }

    /// Sets the email address.
    ///
    /// ```
    /// let team = avocet::Contact::new("Search team").email("search@example.com");
    /// ```
    pub fn email(mut self, email: impl Into<String>) -> Self {
        self.email = Some(email.into());
        self
    }

    fn to_json(&self) -> OrderedJson {
        let mut object = object! {"name": self.name.as_str()};
        set(&mut object, "url", self.url.as_deref());
        set(&mut object, "email", self.email.as_deref());
        object
    }
}

/// The license of an application, in its document.
///
/// ```
/// use avocet::{App, License};
///
/// let app = App::new("Search", "1.0.0").license(License::spdx("MIT OR Apache-2.0")).build()?;
/// assert_eq!(app.openapi()["info"]["license"]["identifier"], "MIT OR Apache-2.0");
/// # Ok::<(), avocet::BuildError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct License {
    name: String,
    /// The member beside the name, `identifier` or `url`, and its value.
    source: Option<(&'static str, String)>,
}

impl License {
    /// Creates a license from its [SPDX expression](https://spdx.org/licenses/), which is also its name.
    ///
    /// ```
    /// let license = avocet::License::spdx("Apache-2.0");
    /// ```
    pub fn spdx(expression: impl Into<String>) -> Self {
        let expression = expression.into();
        Self {
            name: expression.clone(),
            source: Some(("identifier", expression)),
        }
    }

    /// Creates a license from a name and the URL of its text.
    ///
    /// ```
    /// let license = avocet::License::at("Terms of Example Inc.", "https://example.com/terms");
    /// ```
    pub fn at(name: impl Into<String>, url: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            source: Some(("url", url.into())),
        }
    }

    fn to_json(&self) -> OrderedJson {
        let mut object = object! {"name": self.name.as_str()};
        if let Some((member, value)) = &self.source {
            object.set(*member, value.as_str());
        }
        object
    }
}

impl Info<'_> {
    /// Returns the document's `info`.
    pub(super) fn to_json(&self) -> OrderedJson {
        let about = self.about;
        let mut head = object! {"title": self.title, "version": self.version};
        let description = Some(about.description.as_str()).filter(|text| !text.is_empty());
        set(&mut head, "description", description);
        set(
            &mut head,
            "termsOfService",
            about.terms_of_service.as_deref(),
        );
        if let Some(contact) = &about.contact {
            head.set("contact", contact.to_json());
        }
        if let Some(license) = &about.license {
            head.set("license", license.to_json());
        }
        head
    }
}

impl About {
    /// Describes a tag, unless the application does.
    pub(crate) fn describe_tag_if_absent(&mut self, name: String, description: String) {
        if !self.tags.iter().any(|tag| tag.name() == name) {
            self.tags.push(Tag::new(name).description(description));
        }
    }

    /// Returns the document's `servers`. `/` is the default of the specification; linters and generators need it written.
    pub(super) fn servers_json(&self) -> OrderedJson {
        if self.servers.is_empty() {
            return [object! {"url": "/"}].into();
        }
        self.servers.iter().map(server_json).collect()
    }

    /// Returns the document's `tags`, if the application describes any of those that it shows.
    pub(super) fn tags_json(&self, is_shown: impl Fn(&Tag) -> bool) -> Option<OrderedJson> {
        let mut tags = self.tags.iter().filter(|tag| is_shown(tag)).peekable();
        tags.peek()?;
        Some(tags.map(Tag::to_json).collect())
    }

    /// Returns the mistakes in the entries.
    pub(crate) fn mistakes(&self) -> impl Iterator<Item = String> {
        let servers = self
            .servers
            .iter()
            .filter_map(|(url, _)| server_mistake(url));
        let twice = self.tags.iter().enumerate().filter_map(|(index, tag)| {
            let name = tag.name();
            let known = self.tags[..index].iter().any(|known| known.name() == name);
            known.then(|| format!("the tag `{name}` is described twice; remove one description"))
        });
        servers.chain(twice)
    }
}

/// Returns the mistake in a server URL. The URL is a prefix of every request's, so it cannot have a query or a fragment, and variables
/// have no value here.
fn server_mistake(url: &str) -> Option<String> {
    let what = if url.is_empty() {
        "is empty"
    } else if url.contains(|letter: char| letter.is_whitespace() || letter.is_control()) {
        "has a space in it"
    } else if url.contains(['?', '#']) {
        "has a query or a fragment"
    } else if url.contains(['{', '}']) {
        "has a variable in braces, and variables are not supported"
    } else {
        return None;
    };
    Some(format!(
        "the server address \"{url}\" {what}; write one like `https://api.example.com/v1` or `/v1`"
    ))
}

/// Returns a server, with its description if there is one.
fn server_json((url, description): &(String, String)) -> OrderedJson {
    let mut object = object! {"url": url.as_str()};
    if !description.is_empty() {
        object.set("description", description.as_str());
    }
    object
}

fn set(object: &mut OrderedJson, member: &str, value: Option<&str>) {
    if let Some(value) = value {
        object.set(member, value);
    }
}
