//! Errors of models as responses, and in the document.

use avocet::context::Caller;
use avocet::inference::{InferenceError, Workers};
use avocet::observe::Health;
use avocet::prelude::*;
use avocet::response::ErrorFormat;
use avocet::testing::{TestClient, TestResponse};
use serde_json::{Value, json};

use super::models::{Gate, Lengths, lengths, until};

#[post("/lengths")]
async fn run(
    #[body] texts: Vec<String>,
    #[state] model: Workers<Lengths>,
) -> Result<Vec<u32>, InferenceError> {
    model.run_all(texts).await
}

/// The same with an error of any status, into which `?` converts.
#[post("/any")]
async fn any(
    #[body] texts: Vec<String>,
    #[state] model: Workers<Lengths>,
) -> Result<Vec<u32>, HttpError> {
    Ok(model.run_all(texts).await?)
}

#[post("/of-ann")]
async fn of_ann(
    #[body] texts: Vec<String>,
    #[state] model: Workers<Lengths>,
) -> Result<Vec<u32>, InferenceError> {
    let model = model.with_caller(Caller::new("ann"));
    model.run_all(texts).await
}

fn app(model: &Workers<Lengths>) -> App {
    App::new("Lengths", "1.0.0")
        .component(model.clone())
        .routes(routes![run, any, of_ann])
}

async fn started(app: App) -> TestClient {
    let service = app.build().expect("it builds");
    TestClient::start(service).await.expect("it starts")
}

fn post(
    client: &TestClient,
    path: &str,
    texts: &[&str],
) -> impl Future<Output = TestResponse> + use<> {
    client.post(path).json(texts).send()
}

/// Runs one request and lets another one wait, which fills a queue of one.
async fn fill(client: &TestClient, model: &Workers<Lengths>) {
    for (waiting, path) in [(0, "/lengths"), (1, "/of-ann")] {
        tokio::spawn(post(client, path, &["text"]));
        until(model, "not full", |figures| {
            figures.running == 1 && figures.waiting == waiting
        })
        .await;
    }
}

#[tokio::test]
async fn a_full_queue_rejects_with_the_limit_and_the_time_to_retry() {
    for (format, status) in [
        (ErrorFormat::FastApi, None),
        (ErrorFormat::ProblemDetails, None),
        (ErrorFormat::FastApi, Some(StatusCode::TOO_MANY_REQUESTS)),
    ] {
        let gate = Gate::default();
        let model = lengths("lengths", &gate).queue(1);
        let app = app(&model).error_format(format);
        let app = match status {
            Some(status) => app.overload_status(status),
            None => app,
        };
        let client = started(app).await;
        fill(&client, &model).await;
        for path in ["/lengths", "/any"] {
            let response = post(&client, path, &["text"]).await;
            let status = status.unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
            assert_eq!(response.status(), status, "{path}");
            assert_eq!(response.header("x-should-retry"), "true");
            let millis: u64 = response.header("retry-after-ms").parse().expect("a number");
            let seconds: u64 = response.header("retry-after").parse().expect("a number");
            assert!(
                millis > 0 && seconds == millis.div_ceil(1000),
                "{millis} {seconds}"
            );
            let body: Value = response.json().await;
            assert_eq!(
                body["detail"],
                "the queue is full: 2 inputs would wait, the limit is 1"
            );
            assert_eq!(body["type"], "overloaded");
            assert_eq!(
                (&body["limit"], &body["value"], &body["measured"]),
                (&json!("queue"), &json!(1), &json!(2))
            );
            let problem = format == ErrorFormat::ProblemDetails;
            assert_eq!(body.get("status").is_some(), problem);
        }
        gate.open();
        client.stop().await;
    }
}

#[tokio::test]
async fn a_caller_over_its_limit_is_a_429() {
    let gate = Gate::default();
    let model = lengths("lengths", &gate).per_caller(1);
    let client = started(app(&model)).await;
    fill(&client, &model).await;
    let response = post(&client, "/of-ann", &["text"]).await;
    assert_eq!(response.status(), 429);
    assert_eq!(response.header("x-should-retry"), "true");
    let body: Value = response.json().await;
    assert_eq!(body["type"], "too_many_requests");
    assert_eq!(body["limit"], "per_caller");
    gate.open();
    client.stop().await;
}

#[tokio::test]
async fn a_request_over_a_limit_alone_is_a_413_without_a_retry() {
    let model = lengths("lengths", &Gate::default()).queue(2);
    let client = started(app(&model)).await;
    let response = post(&client, "/lengths", &["a", "b", "c"]).await;
    assert_eq!(response.status(), 413);
    assert_eq!(response.header("x-should-retry"), "false");
    assert_eq!(response.headers().get("retry-after"), None);
    assert_eq!(
        response.json::<Value>().await,
        json!({
            "detail": "the request has 3 inputs, the queue holds 2",
            "type": "exceeds_limit", "limit": "queue", "value": 2, "measured": 3,
        })
    );
    client.stop().await;
}

#[tokio::test]
async fn the_reason_of_a_failure_is_not_in_the_response() {
    let gate = Gate::default();
    gate.open();
    let model = lengths("lengths", &gate);
    let client = started(app(&model)).await;
    for (text, path) in [
        ("fail", "/lengths"),
        ("panic", "/lengths"),
        ("fail", "/any"),
    ] {
        let response = post(&client, path, &[text]).await;
        assert_eq!(response.status(), 500, "{text}");
        let body = response.text().await;
        assert_eq!(body, r#"{"detail":"Internal Server Error"}"#);
    }
    // The replica is loaded again.
    let response = post(&client, "/lengths", &["four"]).await;
    assert_eq!(response.json::<Vec<u32>>().await, [4]);
    assert_eq!(model.figures().panics, 1);
    client.stop().await;
}

#[tokio::test]
async fn a_model_that_is_not_loaded_is_a_503_without_its_reason() {
    let model: Workers<Lengths> =
        Workers::new("lengths", |_| Err("no file /secret/weights".into())).load_in_background(true);
    let app = app(&model).health(Health::new());
    let client = started(app).await;
    until(&model, "the load does not fail", |figures| {
        figures.load_failures > 0
    })
    .await;
    let response = post(&client, "/lengths", &["text"]).await;
    assert_eq!(response.status(), 503);
    assert_eq!(response.header("retry-after"), "1");
    assert_eq!(response.header("x-should-retry"), "true");
    assert_eq!(
        response.json::<Value>().await,
        json!({"detail": "the model is not ready", "type": "not_ready"})
    );
    let ready = client.get("/ready").send().await;
    assert_eq!(ready.status(), 503);
    let ready = ready.text().await;
    assert!(
        ready.contains("lengths") && !ready.contains("secret"),
        "{ready}"
    );
    client.stop().await;
}

#[tokio::test]
async fn a_model_that_does_not_load_ends_the_start() {
    let model: Workers<Lengths> = Workers::new("lengths", |_| Err("no file /weights".into()));
    let service = app(&model).build().expect("it builds");
    let error = TestClient::start(service).await.expect_err("no model");
    let error = error.to_string();
    assert!(
        error.contains("the component `lengths` failed to start") && error.contains("/weights"),
        "{error}"
    );
}

#[tokio::test]
async fn a_drain_leaves_the_model_to_open_requests_and_the_stop_ends_it() {
    let gate = Gate::default();
    let model = lengths("lengths", &gate);
    let client = started(app(&model)).await;
    let open = tokio::spawn(post(&client, "/lengths", &["four"]));
    until(&model, "it does not run", |figures| figures.running == 1).await;
    let stopping = tokio::spawn(client.stop());
    gate.open();
    let response = open.await.expect("a response");
    assert_eq!(response.json::<Vec<u32>>().await, [4]);
    stopping.await.expect("no panic");
    assert!(model.ready().is_err());
}

#[test]
fn all_statuses_are_in_the_document() {
    let model = lengths("lengths", &Gate::default());
    let statuses = |app: App| {
        let service = app.build().expect("it builds");
        let document: Value = serde_json::to_value(service.openapi()).expect("JSON");
        let responses = document["paths"]["/lengths"]["post"]["responses"].clone();
        let codes = responses.as_object().expect("responses").iter();
        let codes: Vec<(String, bool)> = codes
            .map(|(status, response)| (status.clone(), response.to_string().contains("overloaded")))
            .collect();
        codes
    };
    let listed = |overload: &str| {
        [
            "200", "400", "408", "413", "415", "422", "429", "500", "503", "504",
        ]
        .map(|status| (status.to_owned(), status == overload))
    };
    assert_eq!(statuses(app(&model)), listed("503"));
    let as_429 = app(&model).overload_status(StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(statuses(as_429), listed("429"));

    let service = app(&model).build().expect("it builds");
    crate::publish("inference", service.openapi());
}

#[test]
fn mistakes_in_the_settings_are_reported() {
    let model = lengths("lengths", &Gate::default());
    let other = super::models::words(&Gate::default());
    assert_ne!(model.name(), other.name());
    let twice = avocet::inference::workers::batch(
        "lengths",
        |_| Ok(()),
        |(), texts: &[u8]| Ok::<_, std::convert::Infallible>(texts.to_vec()),
    );
    let app = app(&model)
        .component(other)
        .component(twice)
        .overload_status(StatusCode::IM_A_TEAPOT);
    let error = app.build().expect_err("mistakes").to_string();
    for mistake in [
        "`App::overload_status` is 418; it must be 429 or 503",
        "two models have the name `lengths`, by which metrics distinguish them; rename one of the `Workers`",
    ] {
        assert!(error.contains(mistake), "{error}");
    }
    assert!(!error.contains("words"), "{error}");
}
