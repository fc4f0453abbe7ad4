//! `PasswordForm`: what a client sends to the token address of the password flow.

use crate::types::Secret;

/// The form of a token request in the password flow (RFC 6749, section 4.3.2). The client does not have to send `grant_type`.
///
/// ```
/// use avocet::prelude::*;
/// use avocet::security::PasswordForm;
///
/// #[model]
/// struct Token {
///     access_token: String,
///     token_type: String,
/// }
///
/// #[post("/token")]
/// async fn token(#[form] form: PasswordForm) -> Result<Token, HttpError> {
///     if form.username != "ada" || form.password.expose() != "lovelace" {
///         return Err(HttpError::new(StatusCode::BAD_REQUEST, "Incorrect username or password"));
///     }
///     Ok(Token { access_token: "t0ps3cret".to_owned(), token_type: "bearer".to_owned() })
/// }
/// ```
#[avocet_macros::model(crate = crate)]
#[derive(Clone, Debug)]
pub struct PasswordForm {
    /// `password`, or nothing.
    #[field(pattern = "^password$")]
    pub grant_type: Option<String>,
    /// The name of the user.
    pub username: String,
    /// The password of the user.
    pub password: Secret<String>,
    /// The scopes that the client asks for, with spaces between them.
    #[field(default)]
    pub scope: String,
    /// The id of the client.
    pub client_id: Option<String>,
    /// The secret of the client.
    pub client_secret: Option<Secret<String>>,
}

impl PasswordForm {
    /// Returns the scopes that the client asks for.
    ///
    /// ```
    /// fn wants_to_write(form: &avocet::security::PasswordForm) -> bool {
    ///     form.scopes().any(|scope| scope == "rooms:write")
    /// }
    /// ```
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        self.scope.split_whitespace()
    }
}
