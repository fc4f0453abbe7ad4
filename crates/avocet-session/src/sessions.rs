//! `Sessions`: where sessions are kept, and the settings of their cookie.

use std::sync::Arc;
use std::time::Duration;

use avocet::App;
use avocet::operation::Origins;
use avocet::response::SameSite;
use avocet_store::{Clock, NamespaceConfig, Store};

use crate::backend::Backend;
use crate::config::Config;
use crate::key::Keys;
use crate::marks::Around;
use crate::middleware;
use crate::plugin::Checks;
use crate::record::Times;

/// The sessions of an application: where they are kept, how long they live, and their cookie.
///
/// | | the data is in | the client can read it | ends at [`destroy`](crate::Session::destroy) | size |
/// |---|---|---|---|---|
/// | [`signed`](Self::signed) | the cookie | yes | in the browser; a copied cookie lives on until it expires | about 3 KiB |
/// | [`encrypted`](Self::encrypted) | the cookie | no | in the browser; a copied cookie lives on until it expires | about 3 KiB |
/// | [`stored`](Self::stored) | the store | no | everywhere | 16 KiB, see [`max_bytes`](Self::max_bytes) |
///
/// By default a session ends after 24 hours without a request, and 14 days after it began or its id was rotated. The cookie is
/// `__Host-session` with `HttpOnly`, `Secure`, `SameSite=Lax`, `Path=/` and `Max-Age`.
///
/// `Secure` works on `http://localhost` in Chrome, Firefox and curl, but not in Safari: see
/// [`insecure_for_development`](Self::insecure_for_development). There is no exception for loopback addresses, because behind a proxy on the
/// same machine every request can have one.
///
/// ```
/// use avocet::prelude::*;
/// use avocet::testing::TestClient;
/// use avocet_session::{Session, Sessions};
/// use avocet_store::Store;
///
/// #[get("/count")]
/// async fn count(#[extract] session: Session) -> u32 {
///     let count = session.get("count").unwrap_or(0) + 1;
///     session.insert("count", count);
///     count
/// }
///
/// # #[avocet::main]
/// # async fn main() -> avocet::Result<()> {
/// let sessions = Sessions::stored(&Store::memory(), "sessions")?;
/// let app = sessions.around(App::new("Counter", "1.0.0").routes(routes![count]));
/// let client = TestClient::new(app.build()?);
/// let first = client.get("/count").send().await;
/// let cookie = first.header("set-cookie").split(';').next().unwrap().to_owned();
/// assert_eq!(first.text().await, "1");
/// assert_eq!(client.get("/count").header("cookie", &cookie).send().await.text().await, "2");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "add the sessions to an application with `around`"]
pub struct Sessions(Config);

impl Sessions {
    /// Keeps sessions in a signed cookie: the client can read the data, and not change it.
    ///
    /// ```
    /// use avocet_session::{Key, Sessions};
    ///
    /// let sessions = Sessions::signed(Key::generate());
    /// ```
    pub fn signed(keys: impl Into<Keys>) -> Self {
        Self(Config::new(Backend::Signed(keys.into()), Clock::system()))
    }

    /// Keeps sessions in an encrypted cookie: the client can neither read nor change the data.
    ///
    /// ```
    /// use avocet_session::{Key, Sessions};
    ///
    /// let sessions = Sessions::encrypted(Key::generate());
    /// ```
    pub fn encrypted(keys: impl Into<Keys>) -> Self {
        Self(Config::new(
            Backend::Encrypted(keys.into()),
            Clock::system(),
        ))
    }

    /// Keeps sessions in a namespace of a store. The cookie has a random id of 256 bits, and the store has the SHA-256 hash of it.
    ///
    /// Visitors without data use no memory. The limits of the namespace bound the number of sessions and their bytes; if they are reached, a
    /// request that would begin a session is a 500. Run [`Store::sweep_every`], which frees the space of sessions that have ended.
    ///
    /// # Errors
    /// [`avocet_store::Error::Name`] if the name of the namespace is not valid.
    ///
    /// ```
    /// use avocet_session::Sessions;
    /// use avocet_store::{NamespaceConfig, Store};
    ///
    /// # fn main() -> Result<(), avocet_store::Error> {
    /// let store = Store::memory();
    /// let sessions = Sessions::stored(&store, NamespaceConfig::new("sessions").entries(1_000_000))?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn stored(
        store: &Store,
        namespace: impl Into<NamespaceConfig>,
    ) -> Result<Self, avocet_store::Error> {
        let namespace = store.namespace(namespace)?;
        let clock = store.clock().clone();
        Ok(Self(Config::new(Backend::Stored(namespace), clock)))
    }

    /// Sets how long a session lives without a request; 24 hours by default.
    ///
    /// The time of the last request is written after a tenth of this time, so a session can end up to that much earlier.
    ///
    /// ```
    /// # use avocet_session::{Key, Sessions};
    /// let sessions = Sessions::signed(Key::generate()).idle(std::time::Duration::from_secs(1800));
    /// ```
    pub fn idle(mut self, idle: Duration) -> Self {
        self.0.times = Times {
            idle,
            ..self.0.times
        };
        self
    }

    /// Sets how long a session lives after it began or its id was rotated, however often it is used; 14 days by default.
    ///
    /// ```
    /// # use avocet_session::{Key, Sessions};
    /// let sessions = Sessions::signed(Key::generate()).lifetime(std::time::Duration::from_secs(43_200));
    /// ```
    pub fn lifetime(mut self, lifetime: Duration) -> Self {
        self.0.times = Times {
            lifetime,
            ..self.0.times
        };
        self
    }

    /// Sets how many bytes of JSON a stored session may have; 16 KiB by default. A session in a cookie is limited by the 4,096 bytes that
    /// browsers keep of a cookie. A response whose session is larger becomes a 500, and the log has both sizes.
    ///
    /// ```
    /// # use avocet_session::Sessions;
    /// # use avocet_store::Store;
    /// # fn main() -> Result<(), avocet_store::Error> {
    /// let sessions = Sessions::stored(&Store::memory(), "sessions")?.max_bytes(64 * 1024);
    /// # Ok(())
    /// # }
    /// ```
    pub fn max_bytes(mut self, bytes: usize) -> Self {
        self.0.max_bytes = bytes;
        self
    }

    /// Sets the name of the cookie, without a prefix; `session` by default.
    ///
    /// The prefix says which rules browsers enforce: `__Host-`, or `__Secure-` with a [`domain`](Self::domain) or another
    /// [`path`](Self::path), or none with [`insecure_for_development`](Self::insecure_for_development).
    ///
    /// ```
    /// # use avocet_session::{Key, Sessions};
    /// let sessions = Sessions::signed(Key::generate()).cookie_name("shop");
    /// assert_eq!(sessions.full_cookie_name(), "__Host-shop");
    /// ```
    pub fn cookie_name(mut self, name: impl Into<String>) -> Self {
        self.0.cookie.name = name.into();
        self
    }

    /// Returns the name of the cookie with its prefix.
    ///
    /// ```
    /// # use avocet_session::{Key, Sessions};
    /// let sessions = Sessions::signed(Key::generate()).domain("example.com");
    /// assert_eq!(sessions.full_cookie_name(), "__Secure-session");
    /// ```
    pub fn full_cookie_name(&self) -> String {
        self.0.cookie.full_name()
    }

    /// Sends the cookie to the subdomains of this domain too. Each of them can then set a cookie of this name.
    ///
    /// ```
    /// # use avocet_session::{Key, Sessions};
    /// let sessions = Sessions::signed(Key::generate()).domain("example.com");
    /// ```
    pub fn domain(mut self, domain: impl Into<String>) -> Self {
        self.0.cookie.domain = Some(domain.into());
        self
    }

    /// Sends the cookie to this path and those below only; `/` by default.
    ///
    /// ```
    /// # use avocet_session::{Key, Sessions};
    /// let sessions = Sessions::signed(Key::generate()).path("/admin");
    /// ```
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.0.cookie.path = path.into();
        self
    }

    /// Sets which requests from other sites have the cookie; [`SameSite::Lax`] by default.
    ///
    /// ```
    /// # use avocet_session::{Key, Sessions};
    /// use avocet::response::SameSite;
    ///
    /// let sessions = Sessions::signed(Key::generate()).same_site(SameSite::Strict);
    /// ```
    pub fn same_site(mut self, same_site: SameSite) -> Self {
        self.0.cookie.same_site = same_site;
        self
    }

    /// Keeps a separate session for each site that embeds the page. Embedded pages need [`SameSite::None`] too.
    ///
    /// ```
    /// # use avocet_session::{Key, Sessions};
    /// use avocet::response::SameSite;
    ///
    /// let sessions = Sessions::signed(Key::generate()).same_site(SameSite::None).partitioned();
    /// ```
    pub fn partitioned(mut self) -> Self {
        self.0.cookie.partitioned = true;
        self
    }

    /// Ends the cookie when the browser closes, at the latest when the session ends.
    ///
    /// ```
    /// # use avocet_session::{Key, Sessions};
    /// let sessions = Sessions::signed(Key::generate()).until_browser_closes();
    /// ```
    pub fn until_browser_closes(mut self) -> Self {
        self.0.cookie.persistent = false;
        self
    }

    /// Sends the cookie without TLS too: no `Secure`, no prefix. Anyone in the network between can then take over a session. A warning is
    /// logged when the application is built.
    ///
    /// ```
    /// # use avocet_session::{Key, Sessions};
    /// let sessions = Sessions::signed(Key::generate()).insecure_for_development();
    /// assert_eq!(sessions.full_cookie_name(), "session");
    /// ```
    pub fn insecure_for_development(mut self) -> Self {
        self.0.cookie.secure = false;
        self
    }

    /// Also accepts requests that change something from pages of this origin, such as `https://app.example.com`. By default they must come
    /// from pages of the same origin. See [cross-site requests](crate#cross-site-requests).
    ///
    /// ```
    /// # use avocet_session::{Key, Sessions};
    /// let sessions = Sessions::signed(Key::generate()).allow_origin("https://app.example.com");
    /// ```
    pub fn allow_origin(mut self, origin: impl Into<String>) -> Self {
        let origins = std::mem::take(&mut self.0.origins);
        let origin = origin.into();
        self.0.allowed.push(origin.to_ascii_lowercase());
        self.0.origins = Origins::allow(origins, origin);
        self
    }

    /// Sets the page to log in. A browser that opens a page with a [`Login`](crate::Login) argument and is not logged in is redirected to
    /// it; other clients receive 401.
    ///
    /// ```
    /// # use avocet_session::{Key, Sessions};
    /// let sessions = Sessions::signed(Key::generate()).login_page("/login");
    /// ```
    pub fn login_page(mut self, path: impl Into<String>) -> Self {
        self.0.login_page = Some(path.into());
        self
    }

    /// Sets the clock, for tests. Stored sessions use that of the store by default.
    ///
    /// ```
    /// # use avocet_session::{Key, Sessions};
    /// use avocet_store::Clock;
    ///
    /// let clock = Clock::manual();
    /// let sessions = Sessions::signed(Key::generate()).clock(clock.clone());
    /// ```
    pub fn clock(mut self, clock: Clock) -> Self {
        self.0.clock = clock;
        self
    }

    /// Adds the sessions to an application, once.
    ///
    /// They are a middleware around the layers that the application has so far, and checks at startup.
    ///
    /// ```
    /// use avocet::App;
    /// use avocet_session::{Key, Sessions};
    ///
    /// let sessions = Sessions::signed(Key::generate());
    /// let app = sessions.around(App::new("Shop", "1.0.0"));
    /// assert!(app.build().is_ok());
    ///
    /// let sessions = Sessions::signed(Key::generate()).cookie_name("my session");
    /// let error = sessions.around(App::new("Shop", "1.0.0")).build().unwrap_err();
    /// assert!(error.mistakes()[0].what().contains("the cookie `__Host-my session` cannot be sent"));
    /// ```
    pub fn around(self, app: App) -> App {
        let config = Arc::new(Config {
            cookie_name: self.full_cookie_name(),
            ..self.0
        });
        let checks = Checks(Arc::clone(&config));
        app.state(Around)
            .plugin(checks)
            .middleware(move |request, next| middleware::handle(Arc::clone(&config), request, next))
    }
}
