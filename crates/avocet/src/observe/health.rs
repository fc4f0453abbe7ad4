//! `Health`: whether the program lives, and whether it is ready for requests.

use std::fmt::{self, Display};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderValue, StatusCode, header};
use serde_json::{Map, Value, json};
use tokio::sync::Mutex;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};

use super::Escaped;
use crate::extract::RequestContext;
use crate::operation::{Operation, Route};
use crate::response::{Response, ResponseBody};
use crate::serve::ShutdownSignal;

/// How long the outcome of the checks stands, so that nobody can load a database by asking for it.
const FRESH: Duration = Duration::from_secs(1);

/// Longer ones would overflow the clock's arithmetic, and no operator waits so long.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// Two routes for whoever keeps the program running: `/health`, whether it lives, and `/ready`, whether it should get
/// requests.
///
/// - `/health` answers 200 as long as requests are answered at all. It looks at nothing else: a program is not mended by
///   being started again while its database is away.
/// - `/ready` runs the checks, all at once and each within its own time, and answers 200 when all of them are well, otherwise
///   503. From the moment that the server is asked to stop it answers 503, while connections are still accepted for
///   [`leave_time`](Self::leave_time): so a load balancer turns away before one is refused. A server whose sockets a new
///   process has taken over (the feature `restart`) stays ready for what it still answers. The outcome of the checks
///   stands for a second.
///
/// Both answer JSON with names and words alone, such as
/// `{"status": "failing", "checks": {"database": "timeout", "model": "ok"}}`; why a check fails is logged, once when
/// it begins to fail. Neither is in the document: they are for operators, not for the users of the API.
///
/// ```
/// use avocet::App;
/// use avocet::observe::Health;
/// use avocet::testing::TestClient;
/// use std::time::Duration;
///
/// # #[avocet::main]
/// # async fn main() -> avocet::Result<()> {
/// let health = Health::new().check("database", Duration::from_secs(1), || async {
///     std::fs::metadata("/nowhere/shop.db").map(drop)
/// });
/// let client = TestClient::new(App::new("Shop", "1.0.0").health(health).build()?);
/// assert_eq!(client.get("/health").send().await.status(), 200);
///
/// let response = client.get("/ready").send().await;
/// assert_eq!(response.status(), 503);
/// assert_eq!(response.text().await, r#"{"status":"failing","checks":{"database":"failing"}}"#);
/// # Ok(())
/// # }
/// ```
pub struct Health {
    live: String,
    ready: String,
    checks: Vec<Check>,
    leave_time: Duration,
}

struct Check {
    name: String,
    time: Duration,
    run: Box<dyn Fn() -> Outcome + Send + Sync>,
}

type Outcome = Pin<Box<dyn Future<Output = Result<(), String>> + Send>>;

impl Health {
    /// No checks yet: ready as soon as it lives.
    ///
    /// ```
    /// let app = avocet::App::new("Shop", "1.0.0").health(avocet::observe::Health::new());
    /// ```
    pub fn new() -> Self {
        Self {
            live: "/health".to_owned(),
            ready: "/ready".to_owned(),
            checks: Vec::new(),
            leave_time: Duration::ZERO,
        }
    }

    /// Sets how long a server that was asked to stop still accepts connections, not ready any more.
    ///
    /// It is the time that whoever sends the requests needs to notice: a little more than twice the interval at which it
    /// asks. The drain follows after it; a second request to stop ends both at once. Default 0: the listener closes at
    /// once. At most a day.
    ///
    /// ```
    /// use avocet::observe::Health;
    /// use std::time::Duration;
    ///
    /// let health = Health::new().leave_time(Duration::from_secs(10));
    /// ```
    pub fn leave_time(mut self, time: Duration) -> Self {
        self.leave_time = time.min(LONGEST);
        self
    }

    pub(crate) fn time_to_leave(&self) -> Duration {
        self.leave_time
    }

    /// Adds a check to `/ready`. One that takes longer than `time`, or panics, is not well.
    ///
    /// ```
    /// use avocet::observe::Health;
    /// use std::time::Duration;
    ///
    /// let health = Health::new().check("cache", Duration::from_millis(200), || async { Err::<(), _>("it is cold") });
    /// ```
    pub fn check<F, Fut, E>(mut self, name: impl Into<String>, time: Duration, check: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), E>> + Send + 'static,
        E: Display,
    {
        let check = Arc::new(check);
        // Called inside of the future: a check may panic before it has one.
        let run = move || -> Outcome {
            let check = Arc::clone(&check);
            Box::pin(async move { check().await.map_err(|error| error.to_string()) })
        };
        self.checks.push(Check {
            name: name.into(),
            time,
            run: Box::new(run),
        });
        self
    }

    /// Serves them at other paths.
    ///
    /// ```
    /// let health = avocet::observe::Health::new().at("/livez", "/readyz");
    /// ```
    pub fn at(mut self, live: impl Into<String>, ready: impl Into<String>) -> Self {
        self.live = live.into();
        self.ready = ready.into();
        self
    }

    /// The two routes.
    #[track_caller]
    pub(crate) fn into_routes(self) -> [Route; 2] {
        let live = Operation::get(self.live).id("health").hidden();
        let ready = Operation::get(self.ready).id("ready").hidden();
        let checks = Arc::new(Checks {
            checks: self.checks,
            last: Mutex::new(None),
        });
        [
            Route::opaque(live, |_| async { health_response("ok", None) }),
            Route::opaque(ready, move |call| ask(call, Arc::clone(&checks))),
        ]
    }
}

async fn ask(call: RequestContext, checks: Arc<Checks>) -> Response {
    let draining = call.draining();
    if draining.is_some_and(ShutdownSignal::is_without_successor) {
        return health_response("stopping", None);
    }
    let states = checks.states().await;
    let is_well = states.iter().all(|state| *state == State::Well);
    let names = checks.checks.iter().map(|check| check.name.clone());
    let states = states.iter().map(|state| Value::from(state.name()));
    let word = if is_well { "ok" } else { "failing" };
    health_response(word, Some(names.zip(states).collect()))
}

fn health_response(status: &str, checks: Option<Map<String, Value>>) -> Response {
    let mut body = json!({"status": status});
    if let Some(checks) = checks {
        body["checks"] = checks.into();
    }
    let mut response = Response::new(ResponseBody::full(body.to_string()));
    if status != "ok" {
        *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    }
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

struct Checks {
    checks: Vec<Check>,
    /// When they were last run, and how it went. Whoever asks meanwhile waits for the same run.
    last: Mutex<Option<(Instant, Vec<State>)>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Well,
    Failing,
    TimedOut,
}

impl State {
    fn name(self) -> &'static str {
        match self {
            Self::Well => "ok",
            Self::Failing => "failing",
            Self::TimedOut => "timeout",
        }
    }
}

impl Checks {
    async fn states(&self) -> Vec<State> {
        let mut last = self.last.lock().await;
        if let Some((when, states)) = &*last
            && when.elapsed() < FRESH
        {
            return states.clone();
        }
        let outcomes = self.run().await;
        let before = last.as_ref().map(|(_, states)| states);
        let mut states = Vec::new();
        for (index, (state, why)) in outcomes.into_iter().enumerate() {
            let before = before.map_or(State::Well, |states| states[index]);
            report(&self.checks[index].name, before, state, &why);
            states.push(state);
        }
        *last = Some((Instant::now(), states.clone()));
        states
    }

    async fn run(&self) -> Vec<(State, String)> {
        let mut running = JoinSet::new();
        for (index, check) in self.checks.iter().enumerate() {
            let outcome = timeout(check.time, (check.run)());
            running.spawn(async move { (index, outcome.await) });
        }
        let mut outcomes = vec![(State::Failing, "it panicked".to_owned()); self.checks.len()];
        while let Some(ended) = running.join_next().await {
            if let Ok((index, outcome)) = ended {
                outcomes[index] = match outcome {
                    Ok(Ok(())) => (State::Well, String::new()),
                    Ok(Err(why)) => (State::Failing, why),
                    Err(late) => (State::TimedOut, late.to_string()),
                };
            }
        }
        outcomes
    }
}

/// Tells of a change: a prober asks every few seconds, and the same line each time would hide the others.
fn report(check: &str, before: State, state: State, why: &str) {
    match (before == State::Well, state == State::Well) {
        (true, false) => tracing::warn!(check, why = %Escaped(why), "a readiness check fails"),
        (false, true) => tracing::info!(check, "a readiness check is well again"),
        _ => {}
    }
}

impl Default for Health {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Health {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let checks = self.checks.iter().map(|check| &check.name);
        f.debug_struct("Health")
            .field("live", &self.live)
            .field("ready", &self.ready)
            .field("checks", &checks.collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}
