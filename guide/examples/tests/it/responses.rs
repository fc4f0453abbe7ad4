//! Responses and errors.

use crate::outputs::assert_response;
use avocet::testing::TestClient;
use guide_examples::responses::{
    app, app_with_faults, app_with_pages, app_with_problem_details, app_with_responses,
    app_with_two_formats,
};

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
async fn browsers_get_pages() {
    let client = TestClient::new(app_with_pages().build().unwrap());
    let accept = "text/html,application/xhtml+xml,*/*;q=0.8";
    let open = |path: &str| client.get(path).header("accept", accept).send();
    assert_response("responses_page.txt", 404, open("/nothing").await).await;
    let response = open("/config").await;
    assert_eq!(response.status(), 500);
    let text = response.text().await;
    assert_eq!(text.contains("No such file"), cfg!(debug_assertions));
    assert_response(
        "responses_missing.json",
        404,
        client.get("/jobs/9").send().await,
    )
    .await;
}

#[tokio::test]
async fn a_status_has_a_different_body() {
    let client = TestClient::new(app_with_responses().build().unwrap());
    let response = client.get("/nothing").send().await;
    assert_response("responses_unknown.json", 404, response).await;
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

#[tokio::test]
async fn a_handler_chooses_its_response() {
    let service = app().build().unwrap();
    let log = &service.openapi()["paths"]["/jobs/{id}/log"]["get"]["responses"]["200"]["content"];
    assert!(log.get("application/json").is_some() && log.get("text/event-stream").is_some());
    let client = TestClient::new(service);
    assert_eq!(client.put("/jobs/7").send().await.status(), 200);
    assert_eq!(client.put("/jobs/8").send().await.status(), 201);
    let log = client.get("/jobs/7/log").send().await.text().await;
    assert_eq!(log, r#"[{"text":"started"}]"#);
    let events = client.get("/jobs/7/log?follow=true").send().await;
    assert_eq!(events.text().await, "data: {\"text\":\"started\"}\n\n");
}

#[tokio::test]
async fn an_application_has_a_format_of_its_own() {
    let service = app_with_faults().build().unwrap();
    let schema = &service.openapi()["components"]["schemas"]["Fault"];
    assert_eq!(schema["properties"]["fault"]["type"], "string");
    let client = TestClient::new(service);
    for (path, body) in [
        ("/jobs/8", r#"{"fault":"the job runs on w-1"}"#),
        (
            "/jobs/one",
            r#"{"fault":"path.id: Input should be a valid integer, unable to parse string as an integer"}"#,
        ),
    ] {
        assert_eq!(client.get(path).send().await.text().await, body);
    }
}

#[tokio::test]
async fn a_router_has_a_format() {
    let client = TestClient::new(app_with_two_formats().build().unwrap());
    for (path, content_type) in [
        ("/jobs/9", "application/json"),
        ("/missing", "application/json"),
        ("/v2/jobs/9/log", "application/problem+json"),
        ("/v2/missing", "application/problem+json"),
    ] {
        let response = client.get(path).send().await;
        assert_eq!(response.status(), 404, "{path}");
        assert_eq!(response.header("content-type"), content_type, "{path}");
    }
}
