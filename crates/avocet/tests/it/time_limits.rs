//! The time limit of a request, and the context that what a handler calls inherits.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use avocet::context::{Cancellation, Context, Deadline};
use avocet::layer::{Next, Request};
use avocet::observe::RequestId;
use avocet::prelude::*;
use avocet::response::Response;
use avocet::testing::TestClient;
use http::HeaderName;

#[get("/never")]
async fn never() -> u32 {
    std::future::pending().await
}

/// The remaining milliseconds, as a client of another service would see them, in this task and in another one.
#[get("/remaining")]
async fn remaining() -> Vec<u64> {
    fn remaining() -> u64 {
        let deadline = Context::current().deadline();
        let remaining = deadline.map(Deadline::remaining).unwrap_or_default();
        u64::try_from(remaining.as_millis()).unwrap_or(u64::MAX)
    }
    let context = Context::current();
    let task = tokio::spawn(context.clone().scope(async { remaining() }));
    let thread = tokio::task::spawn_blocking(move || context.run(remaining));
    let (task, thread) = (task.await.unwrap_or(0), thread.await.unwrap_or(0));
    vec![remaining(), task, thread]
}

#[get("/stream")]
async fn events() -> JsonLines<u32> {
    JsonLines::new(stream! {
        for number in 0..3 {
            yield number;
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    })
}

fn app() -> App {
    App::new("Limits", "1.0.0").routes(routes![never, remaining, events])
}

fn client(app: App) -> TestClient {
    TestClient::new(app.build().expect("it builds"))
}

/// Marks each response, and waits for a second before the request `/slow-layer`.
async fn marked(request: Request, next: Next) -> Response {
    if request.uri().path() == "/slow-layer" {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    let mut response = next.run(request).await;
    let mark = http::HeaderValue::from_static("yes");
    response.headers_mut().insert("x-marked", mark);
    response
}

#[tokio::test(start_paused = true)]
async fn layers_see_the_response_to_a_request_whose_time_is_over() {
    let slow = Operation::get("/slow-layer").id("slow_layer");
    let slow = slow.handle((), |()| async { 1 });
    let app = app().routes([slow]).middleware(marked);
    let client = client(app.time_limit(Duration::from_millis(100)));
    for (path, status, is_marked) in [
        ("/never", 504, true),
        ("/remaining", 200, true),
        ("/stream", 200, true),
        // The layer itself takes too long.
        ("/slow-layer", 504, false),
        ("/nowhere", 404, true),
    ] {
        let response = client.get(path).send().await;
        assert_eq!(response.status(), status, "{path}");
        let has_mark = response.headers().contains_key("x-marked");
        assert_eq!(has_mark, is_marked, "{path}");
        if status == 504 {
            let text = response.text().await;
            assert_eq!(text, r#"{"detail":"The response took longer than 100ms"}"#);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_handler_is_cancelled_at_its_limit() {
    let own = Operation::get("/own")
        .id("own")
        .time_limit(Duration::from_secs(1))
        .handle((), |()| std::future::pending::<u32>());
    let app = app().routes([own]).time_limit(Duration::from_secs(5));
    let client = client(app);
    for (path, detail) in [
        ("/own", "The response took longer than 1s"),
        ("/never", "The response took longer than 5s"),
    ] {
        let response = client.get(path).send().await;
        assert_eq!(response.status(), 504);
        assert_eq!(response.text().await, format!(r#"{{"detail":"{detail}"}}"#));
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_has_begun_is_not_ended() {
    let client = client(app().time_limit(Duration::from_millis(50)));
    let response = client.get("/stream").send().await;
    assert_eq!(response.text().await, "0\n1\n2\n");
}

#[tokio::test(start_paused = true)]
async fn a_client_shortens_the_limit_and_does_not_extend_it() {
    let app = app()
        .time_limit(Duration::from_secs(5))
        .time_limit_header(HeaderName::from_static("x-timeout"));
    let client = client(app);
    for (value, status, detail) in [
        ("0.5", 504, "The response took longer than 500ms"),
        ("60", 504, "The response took longer than 5s"),
        (
            "soon",
            400,
            "The header `x-timeout` should be a time in seconds, such as `10` or `0.5`",
        ),
    ] {
        let response = client.get("/never").header("x-timeout", value).send().await;
        assert_eq!(response.status(), status, "{value}");
        assert_eq!(response.text().await, format!(r#"{{"detail":"{detail}"}}"#));
    }
}

#[tokio::test(start_paused = true)]
async fn the_deadline_is_inherited_by_tasks_and_threads() {
    let client = client(app().time_limit(Duration::from_secs(5)));
    let response = client.get("/remaining").send().await;
    assert_eq!(response.text().await, "[5000,5000,5000]");
}

#[test]
fn a_limit_is_documented() {
    let limited = app().time_limit(Duration::from_secs(5)).build();
    let limited = limited.expect("it builds");
    let responses = &limited.openapi()["paths"]["/never"]["get"]["responses"];
    assert_eq!(
        responses["504"]["description"],
        "The response took longer than the time limit"
    );
    let free = app().build().expect("it builds");
    let responses = &free.openapi()["paths"]["/never"]["get"]["responses"];
    assert!(responses.get("504").is_none());
}

#[tokio::test]
async fn the_cancellation_of_a_request_ends_with_it() {
    let seen: Arc<Mutex<Vec<Cancellation>>> = Arc::default();
    let noted = Arc::clone(&seen);
    let note = move |()| {
        let cancellation = Context::current().cancellation();
        noted.lock().expect("a lock").push(cancellation);
        async { 1 }
    };
    let route = Operation::get("/noted").id("noted").handle((), note);
    let client = client(app().routes([route]));
    client.get("/noted").send().await.text().await;
    assert!(seen.lock().expect("a lock")[0].is_cancelled());
}

#[tokio::test]
async fn the_request_id_is_one_in_all_parts_of_a_request() {
    let route = Operation::get("/ids").id("ids").handle((), |()| async {
        let context = Context::current();
        let inside = tokio::spawn(context.scope(async { RequestId::current() })).await;
        let inside = inside.ok().flatten().map(|id| id.to_string());
        inside == RequestId::current().map(|id| id.to_string())
    });
    let client = client(app().routes([route]));
    assert_eq!(client.get("/ids").send().await.text().await, "true");
}
