//! Clients that disconnect from a real socket, in each phase of a request to a model.

use avocet::App;
use avocet::inference::{Figures, InferenceError, Workers};
use avocet::prelude::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::models::{Gate, Lengths, lengths, until, words};
use crate::served::Served;

#[post("/lengths")]
async fn run(
    #[body] texts: Vec<String>,
    #[state] model: Workers<Lengths>,
) -> Result<Vec<u32>, InferenceError> {
    model.run_all(texts).await
}

/// Starts the models too, which a server on a listener of a test does not do by itself.
async fn serve<M>(app: App, model: &Workers<M>) -> Served {
    if model.ready().is_err() {
        model.start().await.expect("it loads");
    }
    Served::start(app).await
}

async fn send(served: &Served, head: &str, body: &str) -> TcpStream {
    let mut socket = served.connect().await;
    let length = body.len();
    let request = format!(
        "{head} HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    );
    socket.write_all(request.as_bytes()).await.expect("sent");
    socket
}

fn is_free(figures: &Figures) -> bool {
    figures.waiting == 0 && figures.running == 0
}

#[tokio::test]
async fn a_client_that_leaves_while_its_request_waits_or_runs_frees_its_slot() {
    let gate = Gate::default();
    let model = lengths("lengths", &gate).queue(1);
    let app = App::new("Lengths", "1.0.0")
        .state(model.clone())
        .routes(routes![run]);
    let served = serve(app, &model).await;
    let running = send(&served, "POST /lengths", r#"["four"]"#).await;
    until(&model, "it does not run", |figures| figures.running == 1).await;
    let waiting = send(&served, "POST /lengths", r#"["text"]"#).await;
    until(&model, "it does not wait", |figures| figures.waiting == 1).await;

    drop(waiting);
    until(&model, "still waiting", |figures| {
        figures.waiting == 0 && figures.running == 1 && figures.cancelled == 1
    })
    .await;
    // The gate is closed: only the departure ends it.
    drop(running);
    until(&model, "still running", |figures| {
        is_free(figures) && figures.cancelled == 2
    })
    .await;

    gate.open();
    let mut next = send(&served, "POST /lengths", r#"["next"]"#).await;
    let mut response = vec![0; 4096];
    let length = next.read(&mut response).await.expect("a response");
    let response = String::from_utf8_lossy(&response[..length]);
    assert!(response.ends_with("[4]"), "{response}");
    served.drained().await;
    model.stop().await;
}

#[tokio::test]
async fn a_client_that_leaves_a_stream_ends_it() {
    let gate = Gate::default();
    let model = words(&gate);
    let served = serve(super::streams::app(&model), &model).await;
    let mut reading = send(&served, "GET /events?text=a+wait", "").await;
    let mut text = String::new();
    while !text.contains("data: ") {
        let mut bytes = [0; 1024];
        let length = reading.read(&mut bytes).await.expect("a part");
        assert_ne!(length, 0, "{text}");
        text += &String::from_utf8_lossy(&bytes[..length]);
    }
    assert_eq!(model.figures().running, 1);
    drop(reading);
    until(&model, "still running", |figures| {
        is_free(figures) && figures.cancelled == 1
    })
    .await;
    served.drained().await;
    model.stop().await;
}
