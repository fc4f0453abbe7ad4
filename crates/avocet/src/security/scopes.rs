//! `RequiredScopes`: the scopes that an operation requires of a dependency.

use crate::depend::Scopes;
use crate::extract::{OfRequest, RequestContext};

/// The scopes that the operation and the dependencies between it and this one require, an argument with `#[request]`.
///
/// ```
/// use avocet::prelude::*;
/// use avocet::security::{OAuth2, RequiredScopes, forbidden};
/// use avocet::testing::TestClient;
/// use avocet::types::Secret;
///
/// /// A token is a name and its scopes.
/// #[dependency]
/// async fn member(
///     #[extract(OAuth2::password("token").scope("rooms:read", "See rooms"))] token: Secret<String>,
///     #[request] required: RequiredScopes,
/// ) -> Result<String, HttpError> {
///     let mut words = token.expose().split('/');
///     let name = words.next().unwrap_or_default().to_owned();
///     let held: Vec<&str> = words.collect();
///     match required.missing(&held) {
///         None => Ok(name),
///         Some(scope) => Err(forbidden(&format!("The scope {scope} is missing"))),
///     }
/// }
///
/// #[get("/rooms")]
/// async fn rooms(#[depends(member, scopes("rooms:read"))] member: String) -> String { member }
///
/// # #[avocet::main]
/// # async fn main() -> avocet::Result<()> {
/// let client = TestClient::new(App::new("Club", "1.0.0").routes(routes![rooms]).build()?);
/// let get = |token: &str| client.get("/rooms").header("authorization", &format!("Bearer {token}")).send();
/// assert_eq!(get("ada").await.status(), 403);
/// assert_eq!(get("ada/rooms:read").await.status(), 200);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequiredScopes(Vec<&'static str>);

impl RequiredScopes {
    /// Returns the scopes, those of the operation first.
    ///
    /// ```
    /// assert_eq!(avocet::security::RequiredScopes::default().iter().count(), 0);
    /// ```
    pub fn iter(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().copied()
    }

    /// Returns a required scope that is not among those that the client holds.
    ///
    /// ```
    /// assert_eq!(avocet::security::RequiredScopes::default().missing(&["me"]), None);
    /// ```
    pub fn missing(&self, held: &[impl AsRef<str>]) -> Option<&'static str> {
        let mut required = self.iter();
        required.find(|scope| held.iter().all(|it| it.as_ref() != *scope))
    }

    /// Returns the challenge of a 401 or 403 (RFC 6750, section 3): `Bearer`, with the scopes if any are required.
    ///
    /// ```
    /// assert_eq!(avocet::security::RequiredScopes::default().challenge(), "Bearer");
    /// ```
    pub fn challenge(&self) -> String {
        if self.0.is_empty() {
            return "Bearer".to_owned();
        }
        format!("Bearer scope=\"{}\"", self.0.join(" "))
    }
}

impl OfRequest for RequiredScopes {
    fn of(context: &mut RequestContext) -> Self {
        Self(context.local::<Scopes>().0.clone())
    }
}
