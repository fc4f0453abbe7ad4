//! What the document says of the application as a whole.

use super::App;
use crate::docs::ApiDocument;
use crate::openapi::{Contact, License, Tag};
use crate::operation::ExternalDocs;
use crate::route::IntoRoute;

impl App {
    /// Sets the description of the application, in Markdown.
    ///
    /// ```
    /// let app = avocet::App::new("Embedder", "1.0.0").description("Texts to *vectors*.");
    /// ```
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.about.description = description.into();
        self
    }

    /// Sets who maintains the application.
    ///
    /// ```
    /// let app = avocet::App::new("Embedder", "1.0.0").contact(avocet::Contact::new("Search team"));
    /// ```
    pub fn contact(mut self, contact: Contact) -> Self {
        self.about.contact = Some(contact);
        self
    }

    /// Sets the license of the application.
    ///
    /// ```
    /// let app = avocet::App::new("Embedder", "1.0.0").license(avocet::License::spdx("MIT"));
    /// ```
    pub fn license(mut self, license: License) -> Self {
        self.about.license = Some(license);
        self
    }

    /// Sets the URL of the terms of service.
    ///
    /// ```
    /// let app = avocet::App::new("Embedder", "1.0.0").terms_of_service("https://example.com/terms");
    /// ```
    pub fn terms_of_service(mut self, url: impl Into<String>) -> Self {
        self.about.terms_of_service = Some(url.into());
        self
    }

    /// Adds a URL under which the application is reached, for the document's `servers`, with a description that may be empty.
    /// Generated clients send requests to the first one.
    ///
    /// Without any, the document has the one server `/`: the host that serves the document. The docs page detects the prefix under which
    /// it is reached. If a proxy removes a prefix, add it here for all other readers of the document. The URL does not change the
    /// address that the application listens on: [`serve`](Self::serve) does.
    ///
    /// [`build`](Self::build) rejects a URL that is empty or contains a space, a query, a fragment or a variable in braces.
    ///
    /// ```
    /// let app = avocet::App::new("Embedder", "1.0.0")
    ///     .server("https://api.example.com/v1", "Production")
    ///     .server("/v1", "")
    ///     .build()?;
    /// assert_eq!(app.openapi()["servers"][0]["url"], "https://api.example.com/v1");
    /// # Ok::<(), avocet::BuildError>(())
    /// ```
    pub fn server(mut self, url: impl Into<String>, description: impl Into<String>) -> Self {
        self.about.servers.push((url.into(), description.into()));
        self
    }

    /// Describes a tag, for the document's `tags`. The docs page shows the groups of operations in the order of these calls.
    ///
    /// [`build`](Self::build) rejects a second description of the same tag.
    ///
    /// ```
    /// let app = avocet::App::new("Embedder", "1.0.0").describe_tag("embeddings", "Texts as vectors.").build()?;
    /// assert_eq!(app.openapi()["tags"][0]["description"], "Texts as vectors.");
    /// # Ok::<(), avocet::BuildError>(())
    /// ```
    pub fn describe_tag(self, name: impl Into<String>, description: impl Into<String>) -> Self {
        self.tag(Tag::new(name).description(description))
    }

    /// Describes a tag as [`describe_tag`](Self::describe_tag) does, with a link to other documentation.
    ///
    /// ```
    /// use avocet::{App, ExternalDocs, Tag};
    ///
    /// let admin = Tag::new("admin").external_docs(ExternalDocs::new("https://example.com/admin"));
    /// let app = App::new("Shop", "1.0.0").tag(admin);
    /// ```
    pub fn tag(mut self, tag: Tag) -> Self {
        self.about.tags.push(tag);
        self
    }

    /// Sets a link to other documentation of the application.
    ///
    /// ```
    /// use avocet::{App, ExternalDocs};
    ///
    /// let app = App::new("Shop", "1.0.0").external_docs(ExternalDocs::new("https://example.com/manual"));
    /// ```
    pub fn external_docs(mut self, docs: ExternalDocs) -> Self {
        self.about.external_docs = Some(docs);
        self
    }

    /// Sets the documents of the application, in place of the one of all operations: for example a public one, and one for the staff.
    ///
    /// [`Service::openapi`](crate::Service::openapi) and `--openapi` have the first one. Each document has the models and the security schemes
    /// of its own operations; a document with a filter has only the descriptions of their tags. An operation that no document has is served
    /// nevertheless.
    ///
    /// ```
    /// use avocet::{ApiDocument, App};
    ///
    /// let app = App::new("Shop", "1.0.0")
    ///     .documents([ApiDocument::new().without_tag("internal"), ApiDocument::at("/internal")]);
    /// ```
    pub fn documents(mut self, documents: impl IntoIterator<Item = ApiDocument>) -> Self {
        self.documents = documents.into_iter().collect();
        self
    }

    /// Adds requests that the application sends to others, for the document's `webhooks`. The path of a route is the name of the webhook,
    /// its arguments are what the receiver reads, and its return type is the response that the application expects. The attribute setting
    /// `outgoing` allows a path that is no path of the application.
    ///
    /// The functions are never called, and no request is routed to them.
    ///
    /// ```
    /// use avocet::prelude::*;
    ///
    /// #[model]
    /// struct Warning { level: u32 }
    ///
    /// /// Sent when the river rises.
    /// #[post("flood-warning", outgoing)]
    /// async fn flood_warning(#[body] warning: Warning) {}
    ///
    /// let app = App::new("Town", "1.0.0").webhooks(routes![flood_warning]).build()?;
    /// assert_eq!(app.openapi()["webhooks"]["flood-warning"]["post"]["summary"], "Sent when the river rises");
    /// # Ok::<(), avocet::BuildError>(())
    /// ```
    pub fn webhooks<R: IntoRoute>(mut self, webhooks: impl IntoIterator<Item = R>) -> Self {
        let operations = webhooks.into_iter().map(|it| it.into_route().operation);
        self.webhooks.extend(operations);
        self
    }
}
