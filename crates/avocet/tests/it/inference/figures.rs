//! The figures of models: metrics, the live view, `Server-Timing`.

use avocet::inference::{InferenceError, Workers};
use avocet::observe::Metrics;
use avocet::prelude::*;
use avocet::testing::TestClient;
use serde_json::Value;

use super::models::{Gate, Lengths, Token, Words, lengths, words};

#[post("/lengths")]
async fn run(
    #[body] texts: Vec<String>,
    #[state] model: Workers<Lengths>,
) -> Result<Vec<u32>, InferenceError> {
    model.run_all(texts).await
}

#[get("/words")]
async fn stream(
    #[query] text: String,
    #[state] model: Workers<Words>,
) -> Result<Sse<Token, InferenceError>, InferenceError> {
    Ok(Sse::new(model.stream(text)?))
}

#[get("/plain")]
async fn plain() -> u32 {
    1
}

async fn client() -> TestClient {
    let gate = Gate::default();
    gate.open();
    let app = App::new("Figures", "1.0.0")
        .component(lengths("lengths", &gate).queue(2))
        .component(words(&gate).per_caller(3))
        .metrics(Metrics::new().at("/metrics"))
        .inference_view("/inference")
        .routes(routes![run, stream, plain]);
    let service = app.build().expect("it builds");
    TestClient::start(service).await.expect("it starts")
}

/// Two texts of one request, one rejected request, two items of a stream.
async fn use_models(client: &TestClient) {
    let texts = client.post("/lengths").json(&["a", "b"]).send().await;
    assert_eq!(texts.status(), 200);
    let rejected = client.post("/lengths").json(&["a", "b", "c"]).send().await;
    assert_eq!(rejected.status(), 413);
    let stream = client.get("/words?text=a+b").send().await;
    assert_eq!(stream.text().await.matches("data").count(), 2);
}

#[tokio::test]
async fn metrics_have_the_figures_of_each_model() {
    let client = client().await;
    use_models(&client).await;
    let page = client.get("/metrics").send().await.text().await;
    for line in [
        "num_requests_waiting{model_name=\"lengths\"} 0",
        "num_requests_running{model_name=\"words\"} 0",
        "ready_replicas{model_name=\"words\"} 1",
        "limit{model_name=\"lengths\",limit=\"queue\"} 2",
        "limit{model_name=\"lengths\",limit=\"per_caller\"} +Inf",
        "limit{model_name=\"words\",limit=\"per_caller\"} 3",
        "inputs_total{model_name=\"lengths\"} 2",
        "requests_total{model_name=\"lengths\",outcome=\"success\"} 1",
        "requests_total{model_name=\"words\",outcome=\"success\"} 1",
        "requests_rejected_total{model_name=\"lengths\",limit=\"queue\"} 1",
        "generation_tokens_total{model_name=\"words\"} 2",
        "request_queue_time_seconds_count{model_name=\"lengths\"} 2",
        "request_inference_time_seconds_count{model_name=\"lengths\"} 2",
        "batch_size_bucket{model_name=\"lengths\",le=\"1\"} 2",
        "time_to_first_token_seconds_count{model_name=\"words\"} 1",
        "inter_token_latency_seconds_count{model_name=\"words\"} 1",
    ] {
        let line = format!("\navocet_inference_{line}\n");
        assert!(page.contains(&line), "no {line} in:\n{page}");
    }
    // A family is described once, and all its samples follow.
    let mut families: Vec<&str> = page
        .lines()
        .filter_map(|line| line.strip_prefix("# TYPE "))
        .collect();
    let count = families.len();
    families.sort_unstable();
    families.dedup();
    assert_eq!(families.len(), count);
    client.stop().await;
}

#[tokio::test]
async fn the_view_shows_each_model_as_text_and_as_json() {
    let client = client().await;
    use_models(&client).await;
    let text = client
        .get("/inference")
        .header("accept", "*/*")
        .send()
        .await;
    assert_eq!(text.header("content-type"), "text/plain; charset=utf-8");
    let text = text.text().await;
    for line in [
        "lengths: ready\n",
        "words: ready\n",
        "  replicas       1 of 1 ready\n",
        "  waiting        0 of 2 (0 %)\n",
        "  batch size     mean 1.0, limit 1\n",
        "  requests       1 succeeded, 0 failed, 0 cancelled, 0 expired\n",
        "  rejected       queue 1, queue_cost 0, per_caller 0, deadline 0\n",
        "  items          2\n",
    ] {
        assert!(text.contains(line), "no {line:?} in:\n{text}");
    }
    let json = client
        .get("/inference")
        .header("accept", "application/json");
    let json: Value = json.send().await.json().await;
    let models = json["models"].as_array().expect("models");
    assert_eq!(models.len(), 2);
    assert_eq!(models[0]["name"], "lengths");
    assert_eq!(models[0]["ready"], true);
    assert_eq!(models[0]["limits"]["queue"], 2);
    assert_eq!(models[0]["limits"]["queue_cost"], Value::Null);
    assert_eq!(models[0]["rejected"]["queue"], 1);
    assert_eq!(models[0]["queue_time_seconds"]["count"], 2);
    assert_eq!(models[1]["items"], 2);
    client.stop().await;

    let hidden = App::new("No view", "1.0.0").build().expect("it builds");
    let hidden = TestClient::new(hidden).get("/inference").send().await;
    assert_eq!(hidden.status(), 404);
}

#[tokio::test]
async fn only_responses_that_used_a_model_have_its_times() {
    let client = client().await;
    let of_predictor = client.post("/lengths").json(&["a"]).send().await;
    let of_streamer = client.get("/words?text=a").send().await;
    for response in [of_predictor, of_streamer] {
        let header = response.header("server-timing");
        let (queue, model) = header.split_once(", ").expect("two times");
        let millis = |part: &str, name: &str| {
            let value = part
                .strip_prefix(name)
                .and_then(|it| it.strip_prefix(";dur="));
            value.and_then(|value| value.parse::<f64>().ok())
        };
        assert!(millis(queue, "queue").is_some(), "{header}");
        assert!(
            millis(model, "model").is_some_and(|millis| millis > 0.0),
            "{header}"
        );
    }
    for path in ["/plain", "/missing", "/inference", "/metrics"] {
        let response = client.get(path).send().await;
        assert_eq!(response.headers().get("server-timing"), None, "{path}");
    }
    client.stop().await;
}
