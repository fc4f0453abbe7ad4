//! Responses and errors.

use crate::outputs::assert_response;
use avocet::testing::TestClient;
use guide_examples::responses::{app, app_with_problem_details};

#[tokio::test]
async fn they_are_as_shown() {
    let client = TestClient::new(app().build().unwrap());
    assert_response(
        "responses_created.json",
        201,
        client.post("/jobs").send().await,
    )
    .await;
    assert_response(
        "responses_job.json",
        200,
        client.get("/jobs/7").send().await,
    )
    .await;
    assert_response(
        "responses_running.json",
        409,
        client.get("/jobs/8").send().await,
    )
    .await;
    assert_response(
        "responses_missing.json",
        404,
        client.get("/jobs/9").send().await,
    )
    .await;
    assert_response(
        "responses_internal.json",
        500,
        client.get("/config").send().await,
    )
    .await;
}

#[tokio::test]
async fn an_error_has_a_header() {
    let client = TestClient::new(app().build().unwrap());
    let response = client.get("/slots").send().await;
    assert_eq!(response.header("retry-after"), "1");
    assert_response("responses_busy.json", 503, response).await;
}

#[tokio::test]
async fn headers_are_sent() {
    let client = TestClient::new(app().build().unwrap());
    let response = client.get("/answer").send().await;
    assert_eq!(response.header("x-cost"), "7");
    assert!(response.header("set-cookie").starts_with("session=abc"));
}

#[tokio::test]
async fn problem_details_are_as_shown() {
    let client = TestClient::new(app_with_problem_details().build().unwrap());
    let response = client.get("/jobs/8").send().await;
    assert_eq!(response.header("content-type"), "application/problem+json");
    assert_response("responses_problem.json", 409, response).await;
}
