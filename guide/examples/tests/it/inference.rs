//! Models.

use crate::outputs::{assert_response, assert_shown};
use avocet::App;
use avocet::inference::{BatchFn, InferenceError, Workers, workers};
use avocet::prelude::*;
use avocet::testing::TestClient;
use guide_examples::inference::{
    app, callers, embedder, errors, generator, operated, short, streamer, under_axum, updated,
    with_deadlines,
};
use http_body_util::BodyExt;
use serde_json::json;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;
use tower::ServiceExt;

async fn started(app: App) -> TestClient {
    TestClient::start(app.build().unwrap()).await.unwrap()
}

#[tokio::test]
async fn texts_are_embedded_in_batches() {
    for app in [
        app(embedder()),
        operated(embedder()),
        with_deadlines(app(embedder())),
    ] {
        let client = started(app).await;
        let response = client.post("/embed").json(&["four", "no"]).send().await;
        assert_eq!(response.json::<Vec<Vec<f32>>>().await, [[4.0], [2.0]]);
        client.stop().await;
    }
    let lengths = short::lengths();
    lengths.start().await.unwrap();
    assert_eq!(lengths.run("four".to_owned()).await.unwrap(), 4);
    lengths.stop().await;
}

#[tokio::test]
async fn streams_of_models_are_responses() {
    let client = started(streamer::app()).await;
    let response = client.post("/answer").json("a b").send().await;
    let events = "data: {\"text\":\"a\"}\n\ndata: {\"text\":\"b\"}\n\n";
    assert_eq!(response.text().await, events);
    client.stop().await;

    let client = started(generator::app()).await;
    let response = client.get("/countdown/2").send().await;
    assert_eq!(response.text().await, "2\n1\n0\n");
    client.stop().await;
}

#[tokio::test]
async fn a_caller_has_limits_of_its_own() {
    let client = started(callers::app(embedder())).await;
    let post = |texts: Vec<&str>| {
        let request = client.post("/collections").header("tenant", "ann");
        request.json(&texts).send()
    };
    assert_eq!(post(vec!["a"]).await.status(), 200);
    let response = post(vec!["a"; 65]).await;
    assert_eq!(response.header("x-should-retry"), "false");
    assert_response("inference_exceeds.json", 413, response).await;
    client.stop().await;
}

#[tokio::test]
async fn an_error_of_the_model_can_have_a_status() {
    let client = started(errors::app(embedder())).await;
    let long = "a".repeat(100);
    let response = client.post("/embed-one").json(&long).send().await;
    assert_eq!(response.status(), 422);
    let body: serde_json::Value = response.json().await;
    assert_eq!(body["tokens"], json!(100));
    let response = client.post("/embed-one").json("four").send().await;
    assert_eq!(response.json::<Vec<f32>>().await, [4.0]);
    client.stop().await;

    let client = started(app(embedder())).await;
    let response = client.post("/embed").json(&[long]).send().await;
    assert_eq!(response.status(), 500);
    client.stop().await;
}

#[post("/lengths")]
async fn lengths(
    #[body] text: String,
    #[state] model: Workers<BatchFn<String, u32>>,
) -> Result<u32, InferenceError> {
    model.run(text).await
}

#[tokio::test]
async fn a_full_queue_rejects() {
    let (release, held) = mpsc::channel::<()>();
    let held = Arc::new(Mutex::new(held));
    let model = workers::batch(
        "held",
        |_| Ok(()),
        move |(), texts: &[String]| {
            let _ = held.lock().unwrap().recv();
            Ok::<_, Infallible>(texts.iter().map(|text| text.len() as u32).collect())
        },
    );
    let model = model.max_batch(1).queue(1);
    let app = App::new("Lengths", "1.0.0").component(model.clone());
    let client = started(app.routes(routes![lengths])).await;
    for waiting in [0, 1] {
        tokio::spawn(client.post("/lengths").json("four").send());
        loop {
            let figures = model.figures();
            if (figures.running, figures.waiting) == (1, waiting) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
    let response = client.post("/lengths").json("four").send().await;
    assert_eq!(response.header("x-should-retry"), "true");
    assert_response("inference_overloaded.json", 503, response).await;
    drop(release);
    client.stop().await;
}

#[tokio::test]
async fn the_view_shows_the_model() {
    let client = started(operated(embedder())).await;
    let view = client.get("/inference").send().await.text().await;
    assert_shown("inference_view.txt", &view);
    let metrics = client.get("/metrics").send().await.text().await;
    assert!(metrics.contains("avocet_inference_ready_replicas{model_name=\"minilm\"} 2\n"));
    client.stop().await;
}

#[tokio::test]
async fn a_model_is_replaced() {
    let client = started(updated(embedder())).await;
    assert!(client.post("/update").send().await.status().is_success());
    let response = client.post("/embed").json(&["four"]).send().await;
    assert_eq!(response.json::<Vec<Vec<f32>>>().await, [[4.0]]);
    client.stop().await;
}

#[tokio::test]
async fn a_model_works_under_axum() {
    let model = short::lengths();
    let router = under_axum::router(model.clone()).await.unwrap();
    let request = http::Request::post("/length").body(axum::body::Body::from("four"));
    let response = router.clone().oneshot(request.unwrap()).await.unwrap();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(body, "4");
    let request = http::Request::get("/metrics").body(axum::body::Body::empty());
    let response = router.oneshot(request.unwrap()).await.unwrap();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    assert!(String::from_utf8_lossy(&body).contains("avocet_inference_inputs_total"));
    model.stop().await;
}
