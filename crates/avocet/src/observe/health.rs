//! `Health`: liveness and readiness checks.

use std::collections::HashMap;
use std::fmt::{self, Display};
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::{HeaderValue, StatusCode, header};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout, timeout_at};

use crate::extract::RequestContext;
use crate::model::{Members, OrderedJson, object};
use crate::operation::Operation;
use crate::report;
use crate::response::{Response, full_response};
use crate::route::Route;
use crate::serve::ShutdownSignal;

/// How long the outcome of the checks is reused, so that probes cannot overload a database.
const FRESH: Duration = Duration::from_secs(1);

/// How much longer than the longest time limit of a check a probe waits for the outcome: the check must run to report its timeout.
const SCHEDULING: Duration = Duration::from_millis(250);

/// Longer ones would overflow the clock's arithmetic, and are not useful.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// Two routes for orchestrators and load balancers: `/health` reports liveness, and `/ready` reports whether the program should receive
/// requests.
///
/// - `/health` responds with 200 as long as requests are handled at all. It does not check anything else: restarting a program does
///   not help while its database is unavailable.
/// - `/ready` runs the checks, all concurrently and each with its time limit, and responds with 200 if all of them succeed, otherwise
///   503. After the shutdown signal it responds with 503, while connections are still accepted for
///   [`pre_stop_delay`](Self::pre_stop_delay): so a load balancer stops sending requests before a connection is refused. A server whose sockets
///   were taken over by a new process (the feature `restart`) stays ready for the requests that it still handles.
/// - The checks run in a separate task. A probe that disconnects neither ends nor restarts them: there is one run at a time,
///   every probe during the run receives its outcome, and the outcome is valid for a second after the run has ended. So a
///   check never runs twice at once.
///
/// Both return JSON with names and states only, such as `{"status": "failing", "checks": {"database": "timeout", "model": "ok"}}`; the
/// reason of a failure is logged, once when the check begins to fail. Neither is in the document: they are for operators, not for the
/// users of the API.
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
    pre_stop_delay: Duration,
}

struct Check {
    name: String,
    time: Duration,
    run: Box<dyn Fn() -> Outcome + Send + Sync>,
}

type Outcome = Pin<Box<dyn Future<Output = Result<(), String>> + Send>>;

impl Health {
    /// Creates health routes without checks: ready as soon as the program is alive.
    ///
    /// ```
    /// let app = avocet::App::new("Shop", "1.0.0").health(avocet::observe::Health::new());
    /// ```
    pub fn new() -> Self {
        Self {
            live: "/health".to_owned(),
            ready: "/ready".to_owned(),
            checks: Vec::new(),
            pre_stop_delay: Duration::ZERO,
        }
    }

    /// Sets how long a server still accepts connections after the shutdown signal, while it is not ready.
    ///
    /// Choose the time that a load balancer needs to react: a little more than twice its probe
    /// interval. The drain begins after it; a second shutdown signal ends both immediately. Default 0: the listener closes
    /// immediately. At most a day.
    ///
    /// ```
    /// use avocet::observe::Health;
    /// use std::time::Duration;
    ///
    /// let health = Health::new().pre_stop_delay(Duration::from_secs(10));
    /// ```
    pub fn pre_stop_delay(mut self, time: Duration) -> Self {
        self.pre_stop_delay = time.min(LONGEST);
        self
    }

    pub(crate) fn time_to_leave(&self) -> Duration {
        self.pre_stop_delay
    }

    /// Adds a check to `/ready`. A check that takes longer than `time`, or panics, fails. A probe receives its response at most a
    /// quarter of a second after the longest `time`, even if a check blocks its thread.
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
        // Called inside the future: a check may panic before it returns a future.
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

    /// Returns the two routes.
    #[track_caller]
    pub(crate) fn into_routes(self) -> [Route; 2] {
        let probe = |path, id| Operation::get(path).id(id).hidden().extend(HealthCheck);
        let (live, ready) = (probe(self.live, "health"), probe(self.ready, "ready"));
        let checks = Arc::new(Checks {
            checks: self.checks,
            round: Mutex::default(),
        });
        [
            Route::opaque(live, |_| async { health_response("ok", None) }),
            Route::opaque(ready, move |call| ask(call, Arc::clone(&checks))),
        ]
    }
}

/// The mark on the operations of [`Health`], for layers that treat health checks differently.
///
/// ```
/// use avocet::layer::Request;
/// use avocet::observe::HealthCheck;
///
/// fn is_health_check(request: &Request) -> bool {
///     request.operation().is_some_and(|operation| operation.extension::<HealthCheck>().is_some())
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HealthCheck;

async fn ask(call: RequestContext, checks: Arc<Checks>) -> Response {
    let draining = call.draining();
    if draining.is_some_and(ShutdownSignal::is_without_successor) {
        return health_response("stopping", None);
    }
    let states = checks.states().await;
    let is_well = states.iter().all(|state| *state == State::Well);
    let names = checks.checks.iter().map(|check| check.name.clone());
    let states = states.iter().map(|state| OrderedJson::from(state.name()));
    let word = if is_well { "ok" } else { "failing" };
    health_response(word, Some(names.zip(states).collect()))
}

fn health_response(status: &str, checks: Option<Members>) -> Response {
    let mut body = object! {"status": status};
    if let Some(checks) = checks {
        body.set("checks", checks);
    }
    let code = match status {
        "ok" => StatusCode::OK,
        _ => StatusCode::SERVICE_UNAVAILABLE,
    };
    let media_type = HeaderValue::from_static("application/json");
    let mut response = full_response(code, media_type, body.to_string());
    let no_store = HeaderValue::from_static("no-store");
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, no_store);
    response
}

struct Checks {
    checks: Vec<Check>,
    round: Mutex<Round>,
}

/// The last or the current run of the checks: there is never a second run beside it.
#[derive(Default)]
struct Round {
    /// The known outcomes of the checks. The task that runs them holds the sender.
    outcomes: Option<watch::Receiver<Vec<Option<State>>>>,
    /// When the last check ended.
    ended: Option<Instant>,
    /// When the running checks should have ended.
    due: Option<Instant>,
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
    /// Returns the outcomes of a recent run, or of the current one. The run continues if the caller is dropped.
    async fn states(self: &Arc<Self>) -> Vec<State> {
        if self.checks.is_empty() {
            return Vec::new();
        }
        let (mut outcomes, due) = self.join();
        let all_ended = |known: &Vec<Option<State>>| known.iter().all(Option::is_some);
        // If they have not ended by then, a check blocks its thread, so that its timeout does not fire, or its runtime has shut down.
        drop(timeout_at(due, outcomes.wait_for(all_ended)).await);
        let known = outcomes.borrow();
        let state = |known: &Option<State>| known.unwrap_or(State::TimedOut);
        known.iter().map(state).collect()
    }

    /// Joins the current or recent run, or begins a new one.
    fn join(self: &Arc<Self>) -> (watch::Receiver<Vec<Option<State>>>, Instant) {
        let now = Instant::now();
        let mut round = self.round();
        let is_fresh = round.ended.is_some_and(|ended| now < ended + FRESH);
        if let (Some(outcomes), Some(due)) = (&round.outcomes, round.due) {
            // A run whose runtime has shut down never ends.
            let is_running = round.ended.is_none() && outcomes.has_changed().is_ok();
            if is_fresh || is_running {
                return (outcomes.clone(), due);
            }
        }
        let before = round.outcomes.take();
        let before = before.map_or_else(Vec::new, |outcomes| outcomes.borrow().clone());
        let (sender, outcomes) = watch::channel(vec![None; self.checks.len()]);
        let longest = self.checks.iter().map(|check| check.time).max();
        let due = now + longest.unwrap_or_default().min(LONGEST) + SCHEDULING;
        *round = Round {
            outcomes: Some(outcomes.clone()),
            ended: None,
            due: Some(due),
        };
        drop(round);
        tokio::spawn(Arc::clone(self).run(sender, before));
        (outcomes, due)
    }

    async fn run(
        self: Arc<Self>,
        known: watch::Sender<Vec<Option<State>>>,
        before: Vec<Option<State>>,
    ) {
        let mut running = JoinSet::new();
        let mut tasks = HashMap::new();
        for (index, check) in self.checks.iter().enumerate() {
            let outcome = timeout(check.time, (check.run)());
            tasks.insert(running.spawn(outcome).id(), index);
        }
        while let Some(ended) = running.join_next_with_id().await {
            let (id, state, why) = match ended {
                Ok((id, Ok(Ok(())))) => (id, State::Well, String::new()),
                Ok((id, Ok(Err(why)))) => (id, State::Failing, why),
                Ok((id, Err(late))) => (id, State::TimedOut, late.to_string()),
                Err(error) => (error.id(), State::Failing, "it panicked".to_owned()),
            };
            let Some(index) = tasks.remove(&id) else {
                continue;
            };
            let before = before.get(index).copied().flatten();
            log_change(
                &self.checks[index].name,
                before.unwrap_or(State::Well),
                state,
                &why,
            );
            known.send_modify(|known| known[index] = Some(state));
        }
        self.round().ended = Some(Instant::now());
    }

    fn round(&self) -> MutexGuard<'_, Round> {
        self.round.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Logs a change of state; logging every probe's outcome would hide other lines.
fn log_change(check: &str, before: State, state: State, why: &str) {
    match (before == State::Well, state == State::Well) {
        (true, false) => report::check_failed(check, why),
        (false, true) => tracing::info!(check, "a readiness check succeeds again"),
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
