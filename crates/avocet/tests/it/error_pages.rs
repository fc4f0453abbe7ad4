//! Errors as pages for browsers, and responses that an application sets for statuses.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use avocet::layer::{Next, Request};
use avocet::operation::Operation;
use avocet::plugin::{Call, Calls, Plan, Plugin};
use avocet::prelude::*;
use avocet::response::{
    ErrorDetail, ErrorFormat, ErrorPage, Redirect, Responder, Response, ResponseContext, WithStatus,
};
use avocet::route::Route;
use avocet::testing::{TestClient, TestResponse};
use serde_json::{Value, json};

/// What Chromium sends when a person opens an address.
const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8";

#[model]
struct Item {
    #[field(max_length = 4)]
    name: String,
}

#[post("/items", body_limit = 64)]
async fn create(#[body] item: Item) -> Item {
    item
}

#[get("/items")]
async fn list(#[query] page: u32) -> u32 {
    page
}

#[errors]
enum Locked {
    /// The item is locked.
    #[error(status = 423)]
    Locked,
}

#[get("/locked")]
async fn locked() -> Result<u32, Locked> {
    Err(Locked::Locked)
}

#[get("/echo")]
async fn echo(#[header] x_name: String) -> Result<u32, HttpError> {
    let detail = format!("{x_name} is not known");
    Err(HttpError::new(StatusCode::BAD_REQUEST, detail))
}

#[get("/busy")]
async fn busy() -> Result<u32, HttpError> {
    let detail = json!({"queue": "<full>"});
    let error = HttpError::new(StatusCode::SERVICE_UNAVAILABLE, detail);
    Err(error.header(
        http::header::RETRY_AFTER,
        http::HeaderValue::from_static("3"),
    ))
}

#[get("/internal")]
async fn internal() -> Result<u32, HttpError> {
    Ok("a secret".parse::<u32>()?)
}

#[get("/panic")]
async fn panics() -> u32 {
    panic!("on purpose")
}

#[get("/private")]
async fn private() -> Result<u32, HttpError> {
    Err(HttpError::new(StatusCode::UNAUTHORIZED, "Log in"))
}

#[get("/stream")]
async fn stream() -> Sse<Item> {
    Sse::new(stream! {
        Err(HttpError::new(StatusCode::CONFLICT, "Not now"))?;
        yield Item { name: String::new() };
    })
}

#[get("/me")]
async fn me(#[bearer] token: avocet::types::Secret<String>) -> usize {
    token.expose().len()
}

fn slow() -> Route {
    let operation = Operation::get("/slow").time_limit(Duration::from_millis(10));
    operation
        .id("slow")
        .handle((), |()| std::future::pending::<u32>())
}

#[get("/own")]
async fn own() -> WithStatus<PlainText, 404> {
    WithStatus::new(StatusCode::NOT_FOUND, PlainText("own".to_owned()))
}

fn app() -> App {
    App::new("Shop", "1.0.0")
        .routes(routes![
            create, list, locked, echo, busy, internal, panics, private, stream, own
        ])
        .routes([slow()])
}

fn client(app: App) -> TestClient {
    TestClient::new(app.build().expect("it builds"))
}

async fn open(client: &TestClient, path: &str) -> TestResponse {
    client.get(path).header("accept", BROWSER).send().await
}

/// Checks that a response is a page, and returns its text.
async fn page(response: TestResponse, status: u16) -> String {
    assert_eq!(response.status(), status);
    assert_eq!(response.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(response.header("vary"), "accept");
    let text = response.text().await;
    assert!(
        text.starts_with("<!doctype html>\n<html lang=\"en\">"),
        "{text}"
    );
    text
}

#[tokio::test]
async fn errors_are_json_for_everyone_unless_the_application_asks() {
    let client = client(app());
    for path in ["/nothing", "/items?page=x", "/panic", "/busy"] {
        let response = open(&client, path).await;
        assert_eq!(
            response.header("content-type"),
            "application/json",
            "{path}"
        );
        assert!(!response.headers().contains_key("vary"), "{path}");
    }
}

#[tokio::test]
async fn browsers_get_a_page_for_each_error_of_the_framework() {
    let client = client(app().html_errors());
    for (path, status, shown) in [
        ("/nothing", 404, "<h1>404 Not Found</h1>"),
        (
            "/items?page=x",
            422,
            "query.page: Input should be a valid integer",
        ),
        ("/items", 422, "query.page: Field required"),
        ("/locked", 423, "<p>The item is locked.</p>"),
        ("/busy", 503, "{&quot;queue&quot;:&quot;&lt;full&gt;&quot;}"),
        ("/internal", 500, "<h1>500 Internal Server Error</h1>"),
        ("/panic", 500, "<h1>500 Internal Server Error</h1>"),
        ("/stream", 409, "<p>Not now</p>"),
        ("/slow", 504, "<p>The response took longer than 10ms</p>"),
        ("/%ff", 400, "<p>The path is not UTF-8</p>"),
    ] {
        let text = page(open(&client, path).await, status).await;
        assert!(text.contains(shown), "{path}: {text}");
        assert!(!text.contains("a secret") && !text.contains("on purpose"));
        let has_id = text.contains("<footer>Request <code>");
        assert_eq!(has_id, status >= 500, "{path}: {text}");
    }
    for (body, kind, status) in [
        ("{\"name\": \"a\"}".to_owned(), "text/csv", 415),
        ("[".repeat(100), "application/json", 413),
        ("{".to_owned(), "application/json", 422),
    ] {
        let request = client.post("/items").header("accept", BROWSER);
        let request = request.header("content-type", kind).body(body);
        page(request.send().await, status).await;
    }
    let response = client.put("/items").header("accept", BROWSER).send().await;
    assert_eq!(response.header("allow"), "POST, GET, HEAD, OPTIONS");
    page(response, 405).await;
    assert_eq!(open(&client, "/busy").await.header("retry-after"), "3");
}

#[tokio::test]
async fn a_page_loads_nothing_and_runs_nothing() {
    let client = client(app().html_errors());
    let response = open(&client, "/nothing").await;
    let policy = response.header("content-security-policy").to_owned();
    assert!(policy.starts_with("default-src 'none'; style-src 'unsafe-inline'"));
    assert_eq!(response.header("x-content-type-options"), "nosniff");
    let text = response.text().await;
    for word in ["<script", "src=", "href=", "url(", "http:", "https:"] {
        assert!(!text.contains(word), "{word}: {text}");
    }
    assert!(text.contains("color-scheme:light dark") && text.contains("<main>"));
}

#[tokio::test]
async fn other_clients_get_the_same_json_and_a_cache_can_tell() {
    let plain = client(app());
    let pages = client(app().html_errors());
    for accept in [
        None,
        Some("*/*"),
        Some("application/json"),
        Some("application/json, text/html;q=0.5"),
        Some("text/event-stream"),
    ] {
        for path in ["/nothing", "/items?page=x", "/locked", "/panic", "/busy"] {
            let send = |client: &TestClient| {
                let request = client.get(path);
                match accept {
                    None => request,
                    Some(accept) => request.header("accept", accept),
                }
                .send()
            };
            let (one, other) = (send(&plain).await, send(&pages).await);
            assert_eq!(one.status(), other.status());
            assert_eq!(other.header("content-type"), "application/json");
            assert_eq!(other.header("vary"), "accept", "{path}");
            assert_eq!(one.text().await, other.text().await, "{path}");
        }
    }
    let response = open(&pages, "/items?page=3").await;
    assert_eq!(response.status(), 200);
    assert!(!response.headers().contains_key("vary"));
    assert_eq!(open(&pages, "/own").await.text().await, "own");
}

#[tokio::test]
async fn a_page_for_head_has_no_body() {
    let client = client(app().html_errors());
    let request = client.request(http::Method::HEAD, "/nothing");
    let response = request.header("accept", BROWSER).send().await;
    assert_eq!(response.header("content-type"), "text/html; charset=utf-8");
    assert_ne!(response.header("content-length"), "0");
    assert!(response.bytes().await.is_empty());
}

/// Shows everything that a request can put into a page.
fn everything(page: &ErrorPage<'_>) -> Html {
    let text = format!("{} {}", page.path(), page.message());
    Html(Html::escape(&text))
}

#[tokio::test]
async fn v27_what_a_client_sends_is_text_in_a_page() {
    const SCRIPT: &str = "<script>alert('1')</script>";
    let client = client(
        app()
            .html_errors()
            .include_input_in_errors()
            .error_page(StatusCode::NOT_FOUND, everything),
    );
    let encoded = "%3Cscript%3Ealert('1')%3C%2Fscript%3E";
    let escaped = "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;";
    let in_path = open(&client, &format!("/{encoded}")).await.text().await;
    assert!(in_path.contains("alert(&#39;1&#39;)"), "{in_path}");
    let in_query = open(&client, &format!("/items?page={encoded}")).await;
    let in_query = in_query.text().await;
    assert!(in_query.contains(escaped), "{in_query}");
    let request = client.get("/echo").header("accept", BROWSER);
    let in_header = request.header("x-name", SCRIPT).send().await.text().await;
    assert!(in_header.contains(escaped), "{in_header}");
    let request = client.post("/items").header("accept", BROWSER);
    let in_name = request.json(&json!({"name": "a", SCRIPT: SCRIPT}));
    let in_name = in_name.send().await.text().await;
    let request = client.post("/items").header("accept", BROWSER);
    let in_body = request.json(&json!({ "name": SCRIPT })).send().await;
    let in_body = in_body.text().await;
    assert!(in_body.contains(escaped), "{in_body}");
    for text in [in_path, in_query, in_header, in_name, in_body] {
        assert!(!text.contains("<script"), "{text}");
    }
}

#[model(output)]
struct Unknown {
    path: String,
    message: String,
}

fn unknown(page: &ErrorPage<'_>) -> Unknown {
    Unknown {
        path: page.path().to_owned(),
        message: page.message(),
    }
}

#[model(output)]
struct Invalid {
    count: usize,
}

fn invalid(page: &ErrorPage<'_>) -> WithStatus<Invalid, 400> {
    let count = match page.detail() {
        ErrorDetail::ValidationErrors(errors) => errors.len(),
        _ => 0,
    };
    WithStatus::new(StatusCode::BAD_REQUEST, Invalid { count })
}

fn replaced() -> App {
    app()
        .error_response(StatusCode::NOT_FOUND, unknown)
        .error_page(StatusCode::NOT_FOUND, |page| {
            Html(format!("page of {}", Html::escape(page.path())))
        })
        .error_response(StatusCode::METHOD_NOT_ALLOWED, |page| {
            PlainText(page.method().to_string())
        })
        .error_response(StatusCode::UNPROCESSABLE_ENTITY, invalid)
        .error_page(StatusCode::UNAUTHORIZED, |_| Redirect::to("/login"))
        .error_response(StatusCode::INTERNAL_SERVER_ERROR, |page| {
            PlainText(page.request_id().unwrap_or_default())
        })
}

#[tokio::test]
async fn an_application_sets_the_response_of_a_status() {
    let client = client(replaced().routes(routes![me]));
    let response = client.get("/nothing?a=b").send().await;
    assert_eq!(
        (response.status().as_u16(), response.header("vary")),
        (404, "accept")
    );
    assert_eq!(
        response.json::<Value>().await,
        json!({"path": "/nothing", "message": "Not Found"})
    );
    let response = open(&client, "/nothing").await;
    assert_eq!(
        (response.status().as_u16(), response.header("vary")),
        (404, "accept")
    );
    assert_eq!(response.text().await, "page of /nothing");

    let response = client.put("/items").send().await;
    assert_eq!(response.status(), 405);
    assert_eq!(response.header("allow"), "POST, GET, HEAD, OPTIONS");
    assert_eq!(response.text().await, "PUT");

    let response = open(&client, "/me").await;
    assert_eq!(response.status(), 307);
    assert_eq!(response.header("location"), "/login");
    assert!(!response.headers().contains_key("www-authenticate"));
    let response = client.get("/me").send().await;
    assert_eq!(response.status(), 401);
    assert_eq!(response.header("www-authenticate"), "Bearer");

    let response = open(&client, "/items").await;
    assert_eq!(response.status(), 400);
    assert!(!response.headers().contains_key("vary"));
    assert_eq!(response.text().await, "{\"count\":1}");

    let response = open(&client, "/private").await;
    assert_eq!(
        (response.status().as_u16(), response.header("location")),
        (307, "/login")
    );
    assert_eq!(client.get("/private").send().await.status(), 401);

    for path in ["/internal", "/panic"] {
        let response = client.get(path).header("x-request-id", "abc").send().await;
        assert_eq!(response.status(), 500, "{path}");
        assert_eq!(response.text().await, "abc", "{path}");
    }
}

#[tokio::test]
async fn a_page_that_fails_is_a_plain_500() {
    fn broken(_: &ErrorPage<'_>) -> Html {
        panic!("the template is missing")
    }
    struct Waits;
    impl Responder for Waits {
        fn describe(operation: &mut Operation) {
            PlainText::describe(operation);
        }
        async fn respond(self, _: &ResponseContext) -> Response {
            std::future::pending().await
        }
    }
    let client = client(
        app()
            .error_page(StatusCode::INTERNAL_SERVER_ERROR, broken)
            .error_response(StatusCode::INTERNAL_SERVER_ERROR, broken)
            .error_response(StatusCode::NOT_FOUND, broken)
            .error_response(StatusCode::LOCKED, |_| Waits),
    );
    for path in ["/panic", "/internal", "/nothing", "/locked"] {
        for accept in [BROWSER, "application/json"] {
            let response = client.get(path).header("accept", accept).send().await;
            assert_eq!(response.status(), 500, "{path}");
            assert_eq!(
                response.text().await,
                r#"{"detail":"Internal Server Error"}"#,
                "{path}"
            );
        }
    }
}

#[tokio::test]
async fn layers_see_what_is_sent_and_can_fail() {
    async fn note(request: Request, next: Next) -> Result<Response, HttpError> {
        if request.headers().contains_key("x-closed") {
            return Err(HttpError::new(StatusCode::SERVICE_UNAVAILABLE, "Closed"));
        }
        let mut response = next.run(request).await;
        let kind = response.headers()["content-type"].clone();
        response.headers_mut().insert("x-kind", kind);
        Ok(response)
    }
    let client = client(app().html_errors().middleware(note));
    for path in ["/nothing", "/items"] {
        let response = open(&client, path).await;
        assert_eq!(
            response.header("x-kind"),
            "text/html; charset=utf-8",
            "{path}"
        );
    }
    let request = client.get("/items").header("accept", BROWSER);
    let text = page(request.header("x-closed", "1").send().await, 503).await;
    assert!(text.contains("<p>Closed</p>"), "{text}");
}

#[tokio::test]
async fn a_mounted_application_keeps_its_errors() {
    let inner = app().build().expect("it builds");
    let client = client(
        App::new("Outer", "1.0.0")
            .html_errors()
            .mount("/inner", inner),
    );
    page(open(&client, "/nothing").await, 404).await;
    let response = open(&client, "/inner/nothing").await;
    assert_eq!(response.header("content-type"), "application/json");
}

/// Calls an operation for each request of its route.
struct Caller(Arc<Mutex<Option<Calls>>>);

impl Plugin for Caller {
    fn name(&self) -> &'static str {
        "caller"
    }

    fn build(self: Box<Self>, plan: &mut Plan<'_>) {
        let calls = plan.calls();
        *self.0.lock().expect("a lock") = Some(calls.clone());
        let route = Operation::get("/called").handle((), move |()| {
            let calls = calls.clone();
            async move {
                let call = Call::of("list").argument("page", "x");
                let response = calls.call(call).await.expect("a response");
                response.headers()["content-type"]
                    .to_str()
                    .expect("text")
                    .to_owned()
            }
        });
        plan.route(route);
    }
}

#[tokio::test]
async fn a_call_inside_a_request_gets_json() {
    let client = client(app().html_errors().plugin(Caller(Arc::default())));
    let response = open(&client, "/called").await;
    assert_eq!(response.text().await, "\"application/json\"");
    page(open(&client, "/items").await, 422).await;
}

#[test]
fn the_document_has_pages_and_responses() {
    let responses = |app: App, path: &str, method: &str| {
        let document: Value = app.build().expect("it builds").openapi().clone().into();
        document["paths"][path][method]["responses"].clone()
    };
    let html = responses(app().html_errors(), "/items", "post");
    for status in ["400", "413", "415", "422"] {
        let content = &html[status]["content"];
        assert!(content["application/json"].is_object(), "{status}");
        assert_eq!(
            content["text/html"],
            json!({"schema": {"type": "string"}}),
            "{status}"
        );
    }
    assert_eq!(html["200"]["content"]["text/html"], Value::Null);
    let plain = responses(app(), "/items", "post");
    assert_eq!(plain["422"]["content"]["text/html"], Value::Null);

    let invalid = responses(replaced(), "/items", "get");
    assert_eq!(invalid["422"], Value::Null, "{invalid}");
    assert_eq!(
        invalid["400"]["content"],
        json!({"application/json": {"schema": {"$ref": "#/components/schemas/Invalid"}}})
    );
    let created = responses(replaced(), "/items", "post");
    let alternatives = &created["400"]["content"]["application/json"]["schema"]["anyOf"];
    assert_eq!(
        alternatives[1],
        json!({"$ref": "#/components/schemas/Invalid"}),
        "{created}"
    );
    let private = responses(replaced(), "/private", "get");
    let unknown = &private["404"]["content"];
    assert_eq!(
        unknown["application/json"]["schema"],
        json!({"$ref": "#/components/schemas/Unknown"})
    );
    assert_eq!(unknown["text/html"], json!({"schema": {"type": "string"}}));
    assert!(private["307"].is_object(), "{private}");
    assert!(private["500"]["content"]["text/plain"].is_object());
    assert!(private["default"]["content"]["application/json"].is_object());
    assert_eq!(responses(replaced(), "/locked", "get")["404"], Value::Null);
    crate::publish(
        "error-pages",
        replaced()
            .html_errors()
            .build()
            .expect("it builds")
            .openapi(),
    );
}

#[tokio::test]
async fn the_error_format_is_that_of_the_router() {
    let v2 = Router::new("/v2")
        .error_format(ErrorFormat::ProblemDetails)
        .routes(routes![list]);
    let client = client(App::new("Shop", "1.0.0").html_errors().router(v2));
    let request = client.get("/v2/items");
    let request = request.header("accept", "application/problem+json, text/html;q=0.9");
    let response = request.send().await;
    assert_eq!(response.header("content-type"), "application/problem+json");
    page(open(&client, "/v2/items").await, 422).await;
}

#[test]
fn mistakes_are_reported_together() {
    let app = app()
        .error_page(StatusCode::OK, |_| PlainText(String::new()))
        .error_page(StatusCode::NOT_FOUND, everything)
        .error_page(StatusCode::NOT_FOUND, everything)
        .error_response(StatusCode::NOT_FOUND, |_| {
            WithStatus::<_, 200>::new(StatusCode::OK, PlainText(String::new()))
        });
    let app = app.error_response(StatusCode::GONE, |_| Err::<u32, _>(Locked::Locked));
    let error = app.build().expect_err("mistakes").to_string();
    for part in [
        "`App::error_response` responds to the status 410 with a `Result` that can be an error; return the response itself",
        "`App::error_page` is called for the status 200, which is no error; call it for 400 to 599",
        "`App::error_page` is called twice for the status 404; remove one of them",
        "`App::error_response` responds to the status 404 with the status 200, which is that of a success",
    ] {
        assert!(error.contains(part), "{error}");
    }
}
