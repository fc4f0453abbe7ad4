//! What an application and its routers require of requests.

use super::App;
use crate::depend::Requirement;
use crate::route::Router;

impl App {
    /// Adds a dependency that runs before the handlers of all routes of the application, outside those of routers.
    ///
    /// Routes of the framework, such as the docs page and health checks, and mounted services have none.
    ///
    /// ```
    /// use avocet::depend::Requirement;
    /// use avocet::prelude::*;
    ///
    /// #[dependency]
    /// async fn member(#[bearer] token: avocet::types::Secret<String>) {}
    ///
    /// let app = App::new("Club", "1.0.0").requires(Requirement::of::<member>());
    /// ```
    pub fn requires(mut self, requirement: Requirement) -> Self {
        self.requirements.push(requirement);
        self
    }

    /// Makes each operation that neither requires credentials nor is `public` a [`BuildError`](crate::BuildError).
    ///
    /// An operation requires credentials if it, one of its dependencies or one of its routers has a [security scheme](crate::security).
    /// A mounted service has to be mounted with [`mount_public`](Self::mount_public). Routes of the framework are not checked: turn them off,
    /// or serve them on an address of their own.
    ///
    /// ```
    /// use avocet::prelude::*;
    ///
    /// #[get("/me")]
    /// async fn me() -> u32 { 1 }
    ///
    /// #[get("/news", public)]
    /// async fn news() -> u32 { 1 }
    ///
    /// let app = App::new("Club", "1.0.0").deny_by_default().routes(routes![me, news]);
    /// let error = app.build().unwrap_err();
    /// assert!(error.to_string().contains("`GET /me` is open to everyone"));
    /// ```
    pub fn deny_by_default(mut self) -> Self {
        self.denies_by_default = true;
        self
    }
}

impl Router {
    /// Adds a dependency that runs before the handlers of the router's routes, outside those of inner routers and of the routes.
    ///
    /// ```
    /// use avocet::depend::Requirement;
    /// use avocet::prelude::*;
    ///
    /// #[dependency]
    /// async fn admin(#[header] x_role: String) -> Result<(), HttpError> {
    ///     if x_role == "admin" { Ok(()) } else { Err(avocet::security::forbidden("Not an admin")) }
    /// }
    ///
    /// let router = Router::new("/admin").requires(Requirement::of::<admin>());
    /// ```
    pub fn requires(mut self, requirement: Requirement) -> Self {
        self.requirements.push(requirement);
        self
    }
}
