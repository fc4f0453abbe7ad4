//! `PasswordForm`: the form of the OAuth 2 password flow.

use avocet::model;
use avocet::types::Secret;

/// The form that a client sends to log in with the password flow of OAuth 2 (RFC 6749, section 4.3.2), an argument with `#[form]`.
///
/// It accepts what `OAuth2PasswordRequestForm` of `FastAPI` accepts: `grant_type` may be missing. [`StrictPasswordForm`] requires it.
///
/// ```
/// use avocet::prelude::*;
/// use avocet::testing::TestClient;
/// use avocet_auth::{LoginResponse, PasswordForm};
///
/// #[post("/token", public)]
/// async fn log_in(#[form] form: PasswordForm) -> LoginResponse {
///     LoginResponse::bearer(format!("{} may {:?}", form.username, form.scopes().collect::<Vec<_>>()))
/// }
///
/// # #[avocet::main]
/// # async fn main() -> avocet::Result<()> {
/// let client = TestClient::new(App::new("Club", "1.0.0").routes(routes![log_in]).build()?);
/// let fields = [("grant_type", "password"), ("username", "ada"), ("password", "lovelace"), ("scope", "me items")];
/// let response = client.post("/token").form(&fields).send().await;
/// assert_eq!(response.header("cache-control"), "no-store");
/// assert_eq!(response.text().await, r#"{"access_token":"ada may [\"me\", \"items\"]","token_type":"bearer"}"#);
/// # Ok(())
/// # }
/// ```
#[model(input)]
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PasswordForm {
    /// `password`.
    #[field(pattern = "^password$")]
    pub grant_type: Option<String>,
    /// The name of the user.
    pub username: String,
    /// The password of the user.
    pub password: Secret<String>,
    /// The scopes that the client requests, separated by spaces.
    #[field(default)]
    pub scope: String,
    /// The id of the client, if it has one.
    pub client_id: Option<String>,
    /// The secret of the client, if it has one.
    pub client_secret: Option<Secret<String>>,
}

/// A [`PasswordForm`] whose `grant_type` is required, as RFC 6749 has it.
///
/// ```
/// use avocet::prelude::*;
/// use avocet::testing::TestClient;
/// use avocet_auth::StrictPasswordForm;
///
/// #[post("/token", public)]
/// async fn log_in(#[form] form: StrictPasswordForm) -> String { form.username }
///
/// # #[avocet::main]
/// # async fn main() -> avocet::Result<()> {
/// let client = TestClient::new(App::new("Club", "1.0.0").routes(routes![log_in]).build()?);
/// let response = client.post("/token").form(&[("username", "ada"), ("password", "lovelace")]).send().await;
/// assert_eq!(response.status(), 422);
/// # Ok(())
/// # }
/// ```
#[model(input)]
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct StrictPasswordForm {
    /// `password`.
    #[field(pattern = "^password$")]
    pub grant_type: String,
    /// The name of the user.
    pub username: String,
    /// The password of the user.
    pub password: Secret<String>,
    /// The scopes that the client requests, separated by spaces.
    #[field(default)]
    pub scope: String,
    /// The id of the client, if it has one.
    pub client_id: Option<String>,
    /// The secret of the client, if it has one.
    pub client_secret: Option<Secret<String>>,
}

impl PasswordForm {
    /// Returns the scopes that the client requests. Grant only those that the user has.
    ///
    /// ```
    /// fn asks_for_admin(form: &avocet_auth::PasswordForm) -> bool {
    ///     form.scopes().any(|scope| scope == "admin")
    /// }
    /// ```
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        self.scope.split_ascii_whitespace()
    }
}

impl StrictPasswordForm {
    /// Returns the scopes that the client requests. Grant only those that the user has.
    ///
    /// ```
    /// fn asks_for_admin(form: &avocet_auth::StrictPasswordForm) -> bool {
    ///     form.scopes().any(|scope| scope == "admin")
    /// }
    /// ```
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        self.scope.split_ascii_whitespace()
    }
}
