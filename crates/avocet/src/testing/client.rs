//! `TestClient`: requests to a service, in process.

use std::sync::{Arc, Mutex, PoisonError};

use http::Method;
use tokio::time::{Instant, timeout_at};

use super::TestRequest;
use super::cookies::Cookies;
use crate::app::Service;
use crate::depend::{Dependency, Replacements};
use crate::lifecycle::{StartError, Started};

/// Sends requests to a service in the same process: the same code runs as behind a socket.
///
/// It keeps the cookies that responses set, and sends them, as a browser does, except those in a `Cookie` header of the test. A clone is the same client; for a second visitor, make a
/// client of a clone of the service.
///
/// ```
/// use avocet::prelude::*;
/// use avocet::testing::TestClient;
///
/// #[get("/double")]
/// async fn double(#[query] n: u32) -> u32 {
///     n * 2
/// }
///
/// # #[avocet::main]
/// # async fn main() -> avocet::Result<()> {
/// let client = TestClient::new(App::new("Double", "1.0.0").routes(routes![double]).build()?);
/// let response = client.get("/double?n=4").send().await;
/// assert_eq!(response.status(), 200);
/// assert_eq!(response.json::<u32>().await, 8);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct TestClient {
    service: Service,
    replacements: Replacements,
    cookies: Cookies,
    /// What has started, in a client that was made by [`start`](Self::start).
    started: Arc<Mutex<Option<Started>>>,
}

macro_rules! methods {
    ($($name:ident $method:ident;)*) => {$(
        #[doc = concat!("A `", stringify!($method), "` request to a path with its query.")]
        pub fn $name(&self, path: &str) -> TestRequest {
            self.request(Method::$method, path)
        }
    )*};
}

impl TestClient {
    /// Creates a client of this service.
    pub fn new(service: Service) -> Self {
        Self {
            service,
            replacements: Replacements::default(),
            cookies: Cookies::default(),
            started: Arc::default(),
        }
    }

    /// Starts what the application starts before its first request, and creates a client.
    ///
    /// # Errors
    /// If a step of the start fails; see [`lifecycle`](crate::lifecycle).
    ///
    /// ```
    /// use avocet::App;
    /// use avocet::testing::TestClient;
    ///
    /// # #[avocet::main]
    /// # async fn main() -> avocet::Result<()> {
    /// let app = App::new("Shop", "1.0.0").on_start(|_| async { Ok(()) });
    /// let client = TestClient::start(app.build()?).await?;
    /// client.stop().await;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn start(service: Service) -> Result<Self, StartError> {
        let started = service.start().await?;
        Ok(Self {
            service,
            replacements: Replacements::default(),
            cookies: Cookies::default(),
            started: Arc::new(Mutex::new(Some(started))),
        })
    }

    /// Stops what [`start`](Self::start) has started, as after the last request: components drain, then everything stops in reverse
    /// order, within the [drain deadline](crate::serve::Limits::drain_time).
    ///
    /// ```
    /// # use avocet::{App, testing::TestClient};
    /// # #[avocet::main]
    /// # async fn main() -> avocet::Result<()> {
    /// let app = App::new("Shop", "1.0.0").on_stop(|| async { println!("closed") });
    /// TestClient::start(app.build()?).await?.stop().await;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn stop(self) {
        let started = {
            let mut started = self.started.lock().unwrap_or_else(PoisonError::into_inner);
            started.take()
        };
        if let Some(started) = started {
            let deadline = Instant::now() + self.service.limits().server.drain_time;
            // A component that does not drain may not keep the others from stopping.
            let _ = timeout_at(deadline, started.drain()).await;
            started.stop(deadline).await;
        }
    }

    /// Uses a value instead of a dependency, in all requests of this client and its clones. What the dependency itself depends on does
    /// not run for it.
    ///
    /// ```
    /// use avocet::prelude::*;
    /// use avocet::testing::TestClient;
    /// use avocet::types::Secret;
    ///
    /// #[dependency]
    /// async fn current_user(#[bearer] token: Secret<String>) -> Result<String, HttpError> {
    ///     Err(avocet::security::unauthorized("Bearer", "No database in this test"))
    /// }
    ///
    /// #[get("/me")]
    /// async fn me(#[depends(current_user)] user: String) -> String { user }
    ///
    /// # #[avocet::main]
    /// # async fn main() -> avocet::Result<()> {
    /// let service = App::new("Club", "1.0.0").routes(routes![me]).build()?;
    /// let client = TestClient::new(service).replace::<current_user>(|| "ada".to_owned());
    /// assert_eq!(client.get("/me").send().await.text().await, "\"ada\"");
    /// # Ok(())
    /// # }
    /// ```
    pub fn replace<D: Dependency>(
        mut self,
        value: impl Fn() -> D::Value + Send + Sync + 'static,
    ) -> Self {
        self.replacements.add::<D>(value);
        self
    }

    /// Sets a cookie for all paths.
    ///
    /// ```
    /// use avocet::prelude::*;
    /// use avocet::testing::TestClient;
    ///
    /// #[get("/")]
    /// async fn theme(#[cookie] theme: String) -> String { theme }
    ///
    /// # #[avocet::main]
    /// # async fn main() -> avocet::Result<()> {
    /// let client = TestClient::new(App::new("Page", "1.0.0").routes(routes![theme]).build()?);
    /// client.set_cookie("theme", "dark");
    /// assert_eq!(client.get("/").send().await.text().await, "\"dark\"");
    /// assert_eq!(client.cookie("theme").as_deref(), Some("dark"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn set_cookie(&self, name: &str, value: &str) {
        self.cookies.set(name, value);
    }

    /// Returns the value of a cookie that a response or the test has set, unless it has ended.
    ///
    /// ```
    /// # use avocet::{App, testing::TestClient};
    /// let client = TestClient::new(App::new("Page", "1.0.0").build().unwrap());
    /// assert_eq!(client.cookie("session"), None);
    /// ```
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.get(name)
    }

    /// Forgets all cookies.
    ///
    /// ```
    /// # use avocet::{App, testing::TestClient};
    /// let client = TestClient::new(App::new("Page", "1.0.0").build().unwrap());
    /// client.set_cookie("theme", "dark");
    /// client.clear_cookies();
    /// assert_eq!(client.cookie("theme"), None);
    /// ```
    pub fn clear_cookies(&self) {
        self.cookies.clear();
    }

    /// Calls every operation that is not `public` without credentials and cookies, and returns those that do not respond with 401: the
    /// method, the path and the status.
    ///
    /// Hidden operations are called too: a forgotten one is open to everyone who knows its path. The routes of the framework are not, such as
    /// the docs page, metrics and health checks.
    ///
    /// Each variable of a path is sent as `1`.
    ///
    /// ```
    /// use avocet::prelude::*;
    /// use avocet::testing::TestClient;
    ///
    /// #[get("/me")]
    /// async fn me() -> u32 { 1 }
    ///
    /// #[get("/news", public)]
    /// async fn news() -> u32 { 1 }
    ///
    /// # #[avocet::main]
    /// # async fn main() -> avocet::Result<()> {
    /// let client = TestClient::new(App::new("Club", "1.0.0").routes(routes![me, news]).build()?);
    /// assert_eq!(client.open_operations().await, ["GET /me: 200 OK"]);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn open_operations(&self) -> Vec<String> {
        let mut open = Vec::new();
        let stranger = Self {
            cookies: Cookies::default(),
            ..self.clone()
        };
        let service = self.service.clone();
        for operation in service.own_operations().iter().filter(|it| !it.public) {
            let path = with_variables(&operation.path);
            // An earlier response may have set some.
            stranger.clear_cookies();
            let response = stranger
                .request(operation.method.clone(), &path)
                .send()
                .await;
            let status = response.status();
            if status != 401 {
                open.push(format!("{} {}: {status}", operation.method, operation.path));
            }
        }
        open
    }

    methods! {
        get GET;
        post POST;
        put PUT;
        patch PATCH;
        delete DELETE;
        head HEAD;
        options OPTIONS;
    }

    /// Begins a request with any method.
    pub fn request(&self, method: Method, path: &str) -> TestRequest {
        let service = self.service.clone();
        let replacements = self.replacements.clone();
        TestRequest::new(service, replacements, self.cookies.clone(), method, path)
    }
}

/// Returns a path of a template, with `1` for each variable.
fn with_variables(template: &str) -> String {
    let mut parts = template.split('{');
    let mut path = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        path.push('1');
        path.push_str(part.split_once('}').map_or("", |(_, rest)| rest));
    }
    path
}
