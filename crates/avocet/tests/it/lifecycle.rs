//! Start, readiness, drain and stop of an application.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use avocet::Service;
use avocet::layer::{Middleware, Next, Request};
use avocet::lifecycle::{Component, InnerApplication, Start};
use avocet::observe::Health;
use avocet::prelude::*;
use avocet::response::{BodyError, Response};
use avocet::serve::{Limits, Server, Shutdown};
use avocet::testing::TestClient;
use tokio::sync::Notify;

/// What happened, in order.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    fn add(&self, what: impl Into<String>) {
        self.0.lock().expect("a lock").push(what.into());
    }

    fn lines(&self) -> Vec<String> {
        self.0.lock().expect("a lock").clone()
    }
}

#[derive(Clone)]
struct Part<const N: usize> {
    log: Log,
    fails: bool,
    /// The method that panics.
    panics: &'static str,
    ready: Arc<Mutex<bool>>,
    drained: Arc<Notify>,
}

impl<const N: usize> Part<N> {
    fn new(log: &Log) -> Self {
        Self {
            log: log.clone(),
            fails: false,
            panics: "",
            ready: Arc::new(Mutex::new(true)),
            drained: Arc::default(),
        }
    }
}

impl<const N: usize> Component for Part<N> {
    fn name(&self) -> &str {
        ["zero", "one", "two"][N]
    }

    async fn start(&self, _: &Start) -> Result<(), BodyError> {
        self.log.add(format!("start {N}"));
        if self.fails {
            return Err("no memory on the device".into());
        }
        assert_ne!(self.panics, "start", "boom");
        Ok(())
    }

    async fn ready(&self) -> Result<(), String> {
        let is_ready = *self.ready.lock().expect("a lock");
        is_ready.then_some(()).ok_or_else(|| "busy".to_owned())
    }

    async fn drain(&self) {
        self.log.add(format!("drain {N}"));
        self.drained.notify_one();
    }

    async fn stop(&self) {
        self.log.add(format!("stop {N}"));
        assert_ne!(self.panics, "stop", "boom");
    }
}

#[tokio::test]
async fn steps_start_in_order_and_stop_in_reverse() {
    let log = Log::default();
    let (first, second, hook) = (log.clone(), log.clone(), log.clone());
    let app = App::new("Steps", "1.0.0")
        .component(Part::<0>::new(&log))
        .provide(|_| async move {
            first.add("provide");
            Ok(7_u32)
        })
        .on_start(|start| async move {
            second.add(format!("hook sees {:?}", start.state::<u32>()));
            Ok(())
        })
        .on_stop(|| async move { hook.add("stop hook") })
        .component(Part::<1>::new(&log));
    let client = TestClient::start(app.build().expect("it builds")).await;
    client.expect("a start").stop().await;
    assert_eq!(
        log.lines(),
        [
            "start 0",
            "provide",
            "hook sees Some(7)",
            "start 1",
            "drain 0",
            "drain 1",
            "stop 1",
            "stop hook",
            "stop 0",
        ]
    );
}

#[tokio::test]
async fn a_failed_start_stops_what_has_started() {
    let log = Log::default();
    let failing = Part::<1> {
        fails: true,
        ..Part::new(&log)
    };
    let app = App::new("Fails", "1.0.0")
        .component(Part::<0>::new(&log))
        .component(failing)
        .component(Part::<2>::new(&log));
    let error = app.serve("127.0.0.1:0").await.expect_err("a failure");
    assert_eq!(
        error.to_string(),
        "the component `one` failed to start: no memory on the device"
    );
    assert_eq!(log.lines(), ["start 0", "start 1", "stop 1", "stop 0"]);
}

#[tokio::test(start_paused = true)]
async fn a_start_that_takes_too_long_ends() {
    let app = App::new("Slow", "1.0.0")
        .limits(Limits::default().start_time(Duration::from_secs(5)))
        .on_start(|_| std::future::pending());
    let line = line!() - 1;
    let error = TestClient::start(app.build().expect("it builds")).await;
    assert_eq!(
        error.expect_err("a time-out").to_string(),
        format!(
            "the `on_start` hook at {}:{line} failed: it took longer than `start_time` (5s) allows",
            file!()
        )
    );
}

/// Returns the error of a start.
async fn failure(app: App) -> String {
    let start = TestClient::start(app.build().expect("it builds")).await;
    start.expect_err("a failure").to_string()
}

#[tokio::test]
async fn the_error_of_a_start_names_the_step() {
    let app = App::new("State", "1.0.0").provide(|_| async { Err::<u32, _>("nope".into()) });
    assert_eq!(
        failure(app).await,
        "the state `u32` could not be created: nope"
    );
    let app = App::new("Hook", "1.0.0").on_start(|_| async { Err("nope".into()) });
    let line = line!() - 1;
    let at = format!("the `on_start` hook at {}:{line}", file!());
    assert_eq!(failure(app).await, format!("{at} failed: nope"));
    let app = App::new("Hook", "1.0.0").on_start(|_| async { panic!("boom") });
    let line = line!() - 1;
    let at = format!("the `on_start` hook at {}:{line}", file!());
    assert_eq!(failure(app).await, format!("{at} panicked: boom"));
}

#[tokio::test]
async fn a_panic_in_start_stops_what_has_started() {
    let log = Log::default();
    let part = Part::<1> {
        panics: "start",
        ..Part::new(&log)
    };
    let app = App::new("Panics", "1.0.0")
        .component(Part::<0>::new(&log))
        .component(part);
    let error = app.serve("127.0.0.1:0").await.expect_err("a failure");
    let error = error.to_string();
    assert!(
        error.starts_with("the component `one` panicked in `start`: ") && error.contains("boom"),
        "{error}"
    );
    assert_eq!(log.lines(), ["start 0", "start 1", "stop 1", "stop 0"]);
}

#[tokio::test]
async fn a_panic_in_stop_does_not_keep_the_others_from_stopping() {
    let log = Log::default();
    let part = Part::<1> {
        panics: "stop",
        ..Part::new(&log)
    };
    let app = App::new("Panics", "1.0.0")
        .component(Part::<0>::new(&log))
        .component(part);
    let stopped = Server::from("127.0.0.1:0").until(Shutdown::when(async {}));
    app.serve(stopped).await.expect("no error");
    let lines = log.lines();
    assert_eq!(lines[lines.len() - 2..], ["stop 1", "stop 0"]);
}

#[tokio::test]
async fn an_address_in_use_is_reported_before_the_start() {
    let other = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = other.local_addr().expect("an address").to_string();
    let log = Log::default();
    let app = App::new("Taken", "1.0.0").component(Part::<0>::new(&log));
    let error = app.serve(&address).await.expect_err("a failure");
    assert_eq!(
        error.to_string(),
        format!("cannot listen on {address}: another program already listens on this address")
    );
    assert!(log.lines().is_empty());
}

#[get("/number")]
async fn number(#[state] number: u32) -> u32 {
    number
}

#[tokio::test]
async fn a_provided_state_is_known_at_build_and_there_after_the_start() {
    let error = App::new("None", "1.0.0").routes(routes![number]).build();
    let error = error.expect_err("a mistake").to_string();
    assert!(error.contains("no state of type `u32`"), "{error}");

    let app = || {
        let app = App::new("Provided", "1.0.0").routes(routes![number]);
        app.provide(|_| async { Ok(7_u32) }).build()
    };
    let started = TestClient::start(app().expect("it builds")).await;
    let response = started.expect("a start").get("/number").send().await;
    assert_eq!(response.text().await, "7");
    let unstarted = TestClient::new(app().expect("it builds"));
    assert_eq!(unstarted.get("/number").send().await.status(), 500);
}

#[test]
fn two_states_of_one_type_need_names() {
    let twice = App::new("Twice", "1.0.0").state(1_u32).state(2_u32).build();
    let error = twice.expect_err("a mistake").to_string();
    assert!(
        error.contains("two states of type `u32`; name one of them with `App::named_state`"),
        "{error}"
    );
    let twice = App::new("Twice", "1.0.0").named_state("a", 1_u32);
    let error = twice.named_state("a", 2_u32).build();
    let error = error.expect_err("a mistake").to_string();
    assert!(error.contains("with the name `a`"), "{error}");
    let first = line!() - 4;
    for line in [first, first + 1] {
        assert!(error.contains(&format!("{}:{line}", file!())), "{error}");
    }
    let named = App::new("Named", "1.0.0").state(1_u32);
    assert!(named.named_state("a", 2_u32).build().is_ok());
}

#[test]
fn two_components_of_one_type_need_types_of_their_own() {
    let part = || Part::<2>::new(&Log::default());
    let app = App::new("Twice", "1.0.0").component(part());
    let error = app.component(part()).build().expect_err("a mistake");
    let type_name = std::any::type_name::<Part<2>>();
    assert_eq!(
        error.mistakes()[0].what(),
        format!(
            "the components `two` and `two` have the same type `{type_name}`, and a component is also a state; wrap one of them in its own type"
        )
    );
    assert_eq!(error.mistakes()[0].locations().len(), 2);
    let app = App::new("Both", "1.0.0").component(part());
    let error = app.state(part()).build().expect_err("a mistake");
    let what = error.mistakes()[0].what();
    assert!(
        what.contains("the component `two` is also a state"),
        "{what}"
    );
}

#[tokio::test]
async fn a_component_is_a_part_of_the_readiness() {
    let part = Part::<1>::new(&Log::default());
    let ready = Arc::clone(&part.ready);
    let app = App::new("Ready", "1.0.0")
        .health(Health::new())
        .component(part);
    let client = TestClient::new(app.build().expect("it builds"));
    let probe = client.get("/ready").send().await;
    assert_eq!(
        probe.text().await,
        r#"{"status":"ok","checks":{"one":"ok"}}"#
    );

    *ready.lock().expect("a lock") = false;
    let app = App::new("Unready", "1.0.0").health(Health::new());
    let part = Part::<1> {
        ready,
        ..Part::new(&Log::default())
    };
    let client = TestClient::new(app.component(part).build().expect("it builds"));
    let probe = client.get("/ready").send().await;
    assert_eq!(probe.status(), 503);
    assert_eq!(
        probe.text().await,
        r#"{"status":"failing","checks":{"one":"failing"}}"#
    );
}

#[tokio::test]
async fn components_drain_while_requests_finish_and_stop_after_them() {
    let log = Log::default();
    let part = Part::<0>::new(&log);
    let (drained, seen) = (Arc::clone(&part.drained), log.clone());
    let arrived = Arc::new(Notify::new());
    let arrival = Arc::clone(&arrived);
    let waits = Operation::get("/waits").id("waits").handle((), move |()| {
        let (drained, seen, arrival) = (Arc::clone(&drained), seen.clone(), Arc::clone(&arrival));
        async move {
            arrival.notify_one();
            drained.notified().await;
            seen.add("response");
            "done"
        }
    });
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    drop(listener);
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let shutdown = Shutdown::when(async { drop(stopped.await) });
    let server = Server::new().bind(address.to_string()).until(shutdown);
    let app = App::new("Drains", "1.0.0").routes([waits]).component(part);
    let serving = tokio::spawn(app.serve(server));
    let response = tokio::spawn(async move {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let mut socket = loop {
            match tokio::net::TcpStream::connect(address).await {
                Ok(socket) => break socket,
                Err(_) => tokio::time::sleep(Duration::from_millis(5)).await,
            }
        };
        let request = b"GET /waits HTTP/1.1\r\nhost: a\r\n\r\n";
        socket.write_all(request).await.expect("an open socket");
        let mut response = String::new();
        socket.read_to_string(&mut response).await.expect("text");
        response
    });
    arrived.notified().await;
    stop.send(()).expect("a running server");
    serving.await.expect("no panic").expect("no error");
    let response = response.await.expect("no panic");
    assert!(response.ends_with("\"done\""), "{response}");
    assert_eq!(log.lines(), ["start 0", "drain 0", "response", "stop 0"]);
}

/// Gives all requests to the application inside.
struct Instead(Service);

impl Middleware for Instead {
    fn applications(&self) -> Vec<InnerApplication> {
        vec![self.0.clone().into()]
    }

    async fn run(self: Arc<Self>, request: Request, _: Next) -> Result<Response, HttpError> {
        let mut service = self.0.clone();
        let Ok(response) = tower_service::Service::call(&mut service, request.into_inner()).await;
        Ok(response)
    }
}

/// Returns an application that makes a state, and has a component.
fn inner<const N: usize>(log: &Log, part: Part<N>) -> App {
    let provided = log.clone();
    App::new(["Zero", "One", "Two"][N], "1.0.0")
        .provide(move |_| async move {
            provided.add(format!("provide {N}"));
            Ok(u32::try_from(N)?)
        })
        .component(part)
        .routes(routes![number])
}

#[tokio::test]
async fn an_application_inside_starts_and_stops_with_the_outer_one() {
    let log = Log::default();
    let innermost = inner(&log, Part::<2>::new(&log))
        .build()
        .expect("it builds");
    let mounted = inner(&log, Part::<1>::new(&log)).mount("/inner", innermost);
    let mounted = mounted.build().expect("it builds");
    let layered = App::new("Layered", "1.0.0").component(Part::<1>::new(&log));
    let layered = layered.build().expect("it builds");
    let routes = Router::new("/layered")
        .layer(Instead(layered))
        .routes(routes![number])
        .routes([Operation::get("/more")
            .id("more")
            .handle((), |()| async { 1 })]);
    let app = inner(&log, Part::<0>::new(&log))
        .health(Health::new())
        .mount("/one", mounted.clone())
        .mount("/again", mounted)
        .router(routes)
        .operation_ids(avocet::OperationIds::FastApi);
    let client = TestClient::start(app.build().expect("it builds")).await;
    let client = client.expect("a start");
    for (path, number) in [
        ("/number", 0),
        ("/one/number", 1),
        ("/again/inner/number", 2),
    ] {
        assert_eq!(client.get(path).send().await.json::<u32>().await, number);
    }
    let ready: serde_json::Value = client.get("/ready").send().await.json().await;
    let checks = ready["checks"].as_object().expect("checks");
    let checks: Vec<_> = checks.keys().map(String::as_str).collect();
    assert_eq!(checks, ["Layered: one", "One: one", "Two: two", "zero"]);
    client.stop().await;
    let mut lines = log.lines();
    let drained = lines.drain(7..11).collect::<Vec<_>>();
    assert_eq!(
        lines,
        [
            "provide 0",
            "start 0",
            "provide 1",
            "start 1",
            "provide 2",
            "start 2",
            "start 1",
            "stop 1",
            "stop 2",
            "stop 1",
            "stop 0"
        ]
    );
    assert!(
        drained.iter().all(|it| it.starts_with("drain")),
        "{drained:?}"
    );
}

#[tokio::test]
async fn a_step_of_an_application_inside_is_named_with_it() {
    let log = Log::default();
    let failing = Part {
        fails: true,
        ..Part::<1>::new(&log)
    };
    let mounted = inner(&log, failing).build().expect("it builds");
    let app = inner(&log, Part::<0>::new(&log)).mount("/one", mounted);
    assert_eq!(
        failure(app).await,
        "the component `one` of the application `One` failed to start: no memory on the device"
    );
    assert_eq!(log.lines()[4..], ["stop 1", "stop 0"]);
}

/// The variable that makes the test's own program the application.
const ALONE: &str = "AVOCET_TEST_FAULTS";

#[test]
fn without_a_subscriber_faults_are_written_to_standard_error() {
    if std::env::var_os(ALONE).is_some() {
        let part = Part::<2> {
            panics: "stop",
            ready: Arc::default(),
            ..Part::new(&Log::default())
        };
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        return runtime.block_on(async {
            let app = App::new("Faults", "1.0.0").health(Health::new());
            let service = app.component(part).build().expect("it builds");
            let client = TestClient::start(service).await.expect("a start");
            assert_eq!(client.get("/ready").send().await.status(), 503);
            client.stop().await;
        });
    }
    let this = "lifecycle::without_a_subscriber_faults_are_written_to_standard_error";
    let program = std::env::current_exe().expect("this program");
    let output = std::process::Command::new(program)
        .args(["--exact", this, "--nocapture"])
        .env(ALONE, "1")
        .output()
        .expect("it starts");
    let written = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{written}");
    for line in [
        "the readiness check `two` failed: busy",
        "the component `two` panicked in `stop`: ",
    ] {
        assert!(written.contains(line), "{written}");
    }
}
