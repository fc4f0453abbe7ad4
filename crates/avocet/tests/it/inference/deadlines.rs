//! Deadlines of requests to models.

use std::time::Duration;

use avocet::inference::{InferenceError, Workers};
use avocet::prelude::*;
use avocet::testing::TestClient;
use http::HeaderName;

use super::models::{Gate, Lengths, lengths, until};

#[post("/lengths")]
async fn run(
    #[body] texts: Vec<String>,
    #[state] model: Workers<Lengths>,
) -> Result<Vec<u32>, InferenceError> {
    model.run_all(texts).await
}

#[tokio::test]
async fn a_queued_request_expires_with_the_limit_of_its_route_and_of_its_client() {
    let gate = Gate::default();
    let model = lengths("lengths", &gate).deadline(Duration::from_secs(600));
    let of_route = model.clone();
    let limited = Operation::post("/limited")
        .id("limited")
        .time_limit(Duration::from_millis(50))
        .handle((), move |()| {
            let model = of_route.clone();
            async move { model.run("text".to_owned()).await }
        });
    let app = App::new("Lengths", "1.0.0")
        .component(model.clone())
        .time_limit_header(HeaderName::from_static("x-request-timeout"))
        .routes(routes![run])
        .routes([limited]);
    let client = TestClient::start(app.build().expect("it builds")).await;
    let client = client.expect("it starts");
    let first = tokio::spawn(client.post("/lengths").json(&["four"]).send());
    until(&model, "it does not run", |figures| figures.running == 1).await;
    for (path, header, value) in [
        ("/lengths", "x-request-timeout", "0.05"),
        ("/lengths", "x-stainless-read-timeout", "0.05"),
        ("/limited", "x-unrelated", "600"),
    ] {
        let request = client.post(path).json(&["text"]).header(header, value);
        assert_eq!(request.send().await.status(), 504, "{header}");
        until(&model, "the slot is not free", |figures| {
            figures.waiting == 0 && figures.running == 1
        })
        .await;
    }
    // The model has seen none of them.
    gate.open();
    let first = first.await.expect("a response");
    assert_eq!(first.json::<Vec<u32>>().await, [4]);
    let figures = model.figures();
    assert_eq!((figures.completed, figures.batch_size.count()), (1, 1));
    assert_eq!(figures.expired + figures.cancelled, 3);
    client.stop().await;
}
