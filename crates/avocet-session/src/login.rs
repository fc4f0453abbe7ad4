//! `Login`: the user who is logged in, as a requirement.

use std::fmt;
use std::marker::PhantomData;

use avocet::extract::{Extractor, FromContext, Rejection, RequestContext};
use avocet::operation::{DocumentedError, ErrorBody, Operation, SecurityRequirement};
use avocet::response::HttpError;
use avocet::security::unauthorized;
use http::{HeaderValue, Method, StatusCode, header};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::active::Active;
use crate::marks::RequiresLogin;

/// The name of the scheme in the document.
pub(crate) const SCHEME: &str = "Session";

/// The user whom [`Session::log_in`](crate::Session::log_in) has set, an argument with `#[extract]`. It requires a login.
///
/// - **Rejects** with 401 if no user is logged in, or the user's value is not a `T`. With [`Sessions::login_page`](crate::Sessions::login_page) a browser that opens a page
///   is redirected there.
/// - **Document**: the security scheme `Session`, an API key in the cookie, and the 401. So
///   [`App::deny_by_default`](avocet::App::deny_by_default) accepts the operation.
///
/// ```
/// use avocet::prelude::*;
/// use avocet::testing::TestClient;
/// use avocet_session::{Key, Login, Sessions};
/// use serde::Deserialize;
///
/// #[derive(Clone, Deserialize)]
/// struct User { name: String }
///
/// /// Loads the user once in a request, for all that depend on it.
/// #[dependency]
/// async fn user(#[extract] login: Login<User>) -> User { login.0 }
///
/// #[get("/me")]
/// async fn me(#[depends(user)] user: User) -> String { user.name }
///
/// # #[avocet::main]
/// # async fn main() -> avocet::Result<()> {
/// let app = App::new("Shop", "1.0.0").deny_by_default().routes(routes![me]);
/// let service = Sessions::signed(Key::generate()).around(app).build()?;
/// let scheme = &service.openapi()["components"]["securitySchemes"]["Session"];
/// assert_eq!((&scheme["in"], &scheme["name"]), (&"cookie".into(), &"__Host-session".into()));
/// assert_eq!(TestClient::new(service).get("/me").send().await.status(), 401);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Login<T>(
    /// The user.
    pub T,
);

/// Does not show the user.
impl<T> fmt::Debug for Login<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login").finish_non_exhaustive()
    }
}

impl<T: DeserializeOwned + Send + 'static> FromContext for Login<T> {
    type Extractor = FromLogin<T>;
}

/// The extractor of a [`Login`].
///
/// ```
/// use avocet::operation::Operation;
/// use avocet_session::FromLogin;
///
/// let route = Operation::get("/").handle((FromLogin::<String>::default(),), |(login,)| async move { login.0 });
/// assert_eq!(route.operation().security[0].name, "Session");
/// ```
pub struct FromLogin<T>(PhantomData<fn() -> T>);

impl<T> Default for FromLogin<T> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

impl<T> fmt::Debug for FromLogin<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FromLogin")
    }
}

impl<T: DeserializeOwned + Send + 'static> Extractor for FromLogin<T> {
    type Value = Login<T>;

    fn describe(&self, operation: &mut Operation) {
        Active::describe(operation);
        operation.keep(RequiresLogin);
        // The name of the cookie is known when the application is built.
        operation.security.push(SecurityRequirement {
            name: SCHEME.to_owned(),
            scheme: scheme("session"),
            scopes: Vec::new(),
        });
        operation.errors.push(DocumentedError {
            status: Some(StatusCode::UNAUTHORIZED),
            description: "Not logged in".to_owned(),
            body: ErrorBody::Message,
        });
    }

    async fn extract(&self, context: &mut RequestContext) -> Result<Login<T>, Rejection> {
        let active = Active::of(context).await?;
        let user = active.read(|loaded| loaded.record.user.clone()).flatten();
        let user = user.and_then(|user| serde_json::from_value(user).ok());
        match user {
            Some(user) => Ok(Login(user)),
            None => Err(not_logged_in(context, &active).into()),
        }
    }
}

/// The scheme as `OpenAPI` describes it.
pub(crate) fn scheme(cookie: &str) -> Value {
    json!({"type": "apiKey", "in": "cookie", "name": cookie})
}

fn not_logged_in(context: &RequestContext, active: &Active) -> HttpError {
    let accepts_html = context
        .header(header::ACCEPT.as_str())
        .iter()
        .any(|line| line.contains("text/html"));
    let opens_page = context.method() == Method::GET && accepts_html;
    match &active.config().login_page {
        Some(page) if opens_page => match HeaderValue::try_from(page) {
            Ok(page) => HttpError::new(StatusCode::SEE_OTHER, "Not logged in")
                .header(header::LOCATION, page),
            Err(error) => HttpError::internal(error),
        },
        _ => unauthorized("Session", "Not logged in"),
    }
}
