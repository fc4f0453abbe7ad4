//! How the docs page logs in.

use std::collections::BTreeSet;

use http::Uri;

use crate::model::{Members, OrderedJson};

/// What the docs page sends to an authorization server when its reader logs in with OAuth 2 or `OpenID` Connect.
///
/// The page offers the flows of the document's security schemes. The authorization code flow uses PKCE (RFC 7636); the redirect URI to
/// register is the URL of the docs page with `/oauth2-redirect` appended, such as `https://api.example/docs/oauth2-redirect`.
///
/// Everything here is public: each reader of the page can see it. So there is no client secret; a reader can enter one.
///
/// ```
/// use avocet::{App, DocsLogin};
///
/// let login = DocsLogin::new("docs").scopes(["me", "rooms:read"]);
/// let app = App::new("Hotel", "1.0.0").docs_login(login);
/// ```
#[derive(Clone, Debug, Default)]
pub struct DocsLogin {
    client_id: String,
    app_name: String,
    scopes: Vec<String>,
    parameters: Vec<(String, String)>,
    origins: Vec<String>,
    without_pkce: bool,
    persists: bool,
}

impl DocsLogin {
    /// Creates the settings with the client id that the page enters for its reader.
    ///
    /// ```
    /// let login = avocet::DocsLogin::new("docs");
    /// ```
    pub fn new(client_id: impl Into<String>) -> Self {
        Self {
            client_id: client_id.into(),
            ..Self::default()
        }
    }

    /// Sets the name of the application in the login form.
    ///
    /// ```
    /// let login = avocet::DocsLogin::new("docs").app_name("Docs of the hotel");
    /// ```
    pub fn app_name(mut self, name: impl Into<String>) -> Self {
        self.app_name = name.into();
        self
    }

    /// Selects scopes in the login form.
    ///
    /// ```
    /// let login = avocet::DocsLogin::new("docs").scopes(["me"]);
    /// ```
    pub fn scopes<S: Into<String>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        self.scopes.extend(scopes.into_iter().map(Into::into));
        self
    }

    /// Adds a query parameter to the authorization and the token URL, such as the `audience` that some servers require.
    ///
    /// ```
    /// let login = avocet::DocsLogin::new("docs").parameter("audience", "https://api.example");
    /// ```
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.parameters.push((name.into(), value.into()));
        self
    }

    /// Lets the page send requests to another origin: a scheme with a host, and a port if it is not the default one.
    ///
    /// The page may call its own origin and those of the token and discovery URLs in the document. An `OpenID` provider can name a token URL
    /// on a different host, which must be allowed here. The provider has to allow the origin of the page too (CORS). A URL that is not
    /// `http` or `https` is a [`BuildError`](crate::BuildError).
    ///
    /// ```
    /// let login = avocet::DocsLogin::new("docs").allow_origin("https://token.login.example");
    /// ```
    pub fn allow_origin(mut self, origin: impl Into<String>) -> Self {
        self.origins.push(origin.into());
        self
    }

    /// Logs in without PKCE, for servers that reject its parameters. OAuth 2.1 requires PKCE.
    ///
    /// ```
    /// let login = avocet::DocsLogin::new("docs").without_pkce();
    /// ```
    pub fn without_pkce(mut self) -> Self {
        self.without_pkce = true;
        self
    }

    /// Keeps the credentials of the reader in the browser, until the reader logs out (`persistAuthorization` of Swagger UI).
    ///
    /// They are in the local storage of the page's origin as plain text, where each script of that origin can read them. So it is off by
    /// default: the page forgets credentials when it is closed. Use it for development.
    ///
    /// ```
    /// let login = avocet::DocsLogin::new("docs").persist_authorization();
    /// ```
    pub fn persist_authorization(mut self) -> Self {
        self.persists = true;
        self
    }

    pub(super) fn persists(&self) -> bool {
        self.persists
    }

    /// Returns the settings of Swagger UI's `initOAuth`.
    pub(super) fn to_json(&self) -> OrderedJson {
        let mut members = Members::new();
        members.insert(
            "usePkceWithAuthorizationCodeGrant".to_owned(),
            (!self.without_pkce).into(),
        );
        if !self.client_id.is_empty() {
            members.insert("clientId".to_owned(), self.client_id.as_str().into());
        }
        if !self.app_name.is_empty() {
            members.insert("appName".to_owned(), self.app_name.as_str().into());
        }
        if !self.scopes.is_empty() {
            members.insert("scopes".to_owned(), self.scopes.as_slice().into());
        }
        if !self.parameters.is_empty() {
            let parameters = self.parameters.iter();
            let parameters: Members = parameters
                .map(|(name, value)| (name.clone(), value.as_str().into()))
                .collect();
            members.insert("additionalQueryStringParams".to_owned(), parameters.into());
        }
        members.into()
    }

    /// Returns the origins that the page may call beside its own.
    pub(super) fn origins(&self, document: &OrderedJson) -> BTreeSet<String> {
        let mut origins: BTreeSet<_> = self.origins.iter().filter_map(|it| origin(it)).collect();
        let OrderedJson::Object(schemes) = &document["components"]["securitySchemes"] else {
            return origins;
        };
        for scheme in schemes.values() {
            let mut urls = vec![&scheme["openIdConnectUrl"]];
            if let OrderedJson::Object(flows) = &scheme["flows"] {
                for flow in flows.values() {
                    urls.extend([&flow["tokenUrl"], &flow["refreshUrl"]]);
                }
            }
            let urls = urls.into_iter().filter_map(OrderedJson::as_str);
            origins.extend(urls.filter_map(origin));
        }
        origins
    }

    /// Describes what is wrong with the settings.
    pub(crate) fn mistakes(&self) -> Vec<String> {
        let wrong = self.origins.iter().filter(|it| origin(it).is_none());
        wrong
            .map(|it| {
                format!("`DocsLogin::allow_origin` has `{it}`, which is not an origin such as `https://login.example`")
            })
            .collect()
    }
}

/// Returns the origin of an absolute URL. It becomes a part of a header, so it has no other characters than hosts and ports.
fn origin(url: &str) -> Option<String> {
    let url: Uri = url.parse().ok()?;
    let scheme = url
        .scheme_str()
        .filter(|it| matches!(*it, "http" | "https"))?;
    let host = url.authority()?.as_str();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || ".-:[]_".contains(c);
    (!host.is_empty() && host.chars().all(is_plain)).then(|| format!("{scheme}://{host}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_those_of_http() {
        for (url, expected) in [
            (
                "https://login.example/token?a=b",
                Some("https://login.example"),
            ),
            ("http://127.0.0.1:8000", Some("http://127.0.0.1:8000")),
            ("http://[::1]:80/", Some("http://[::1]:80")),
            ("token", None),
            ("/token", None),
            ("login.example", None),
            ("ftp://login.example", None),
            ("https://ann@login.example", None),
            ("https://a;script-src", None),
            ("https://*.example", None),
            ("https://login.example; script-src *", None),
        ] {
            assert_eq!(origin(url).as_deref(), expected, "{url}");
        }
    }
}
