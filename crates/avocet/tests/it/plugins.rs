//! Plugins, and calls of operations in the process.

use std::sync::{Arc, Mutex};

use avocet::layer::{Next, Request};
use avocet::lifecycle::{Component, Start};
use avocet::plugin::{Call, Calls, Plan, Plugin};
use avocet::prelude::*;
use avocet::response::{BodyError, Response};
use avocet::testing::{TestClient, TestForm};
use http_body_util::BodyExt;
use serde_json::json;

/// Makes an operation a tool, under a name of its own.
struct Tool(&'static str);

#[model]
struct Seen {
    id: String,
    tags: Vec<String>,
    x_trace: Option<String>,
    session: Option<String>,
}

#[get("/items/{id}")]
async fn read(
    #[path] id: String,
    #[query(rename = "tag", default)] tags: Vec<String>,
    #[header] x_trace: Option<String>,
    #[cookie] session: Option<String>,
) -> Seen {
    Seen {
        id,
        tags,
        x_trace,
        session,
    }
}

#[model]
struct Item {
    #[field(min_length = 1)]
    name: String,
}

#[post("/items")]
async fn create(#[body] item: Item) -> Item {
    item
}

#[get("/files/{name:path}")]
async fn file(#[path] name: String) -> String {
    name
}

#[post("/log-in")]
async fn log_in(#[form] name: String, #[form] visits: u32) -> String {
    format!("{name} {visits}")
}

#[post("/raw")]
async fn raw(#[body] bytes: bytes::Bytes) -> usize {
    bytes.len()
}

#[post("/upload")]
async fn upload(#[form] title: String, #[file] file: Upload) -> Result<String, HttpError> {
    let size = file.bytes().await?.len();
    Ok(format!("{title}: {size}"))
}

#[get("/panic")]
async fn panics() -> u32 {
    tokio::task::yield_now().await;
    panic!("on purpose")
}

#[get("/agent")]
async fn agent(#[header] authorization: Option<String>) -> Option<String> {
    authorization
}

/// Keeps the handle for calls, and adds a route, a component and mistakes.
struct Collector {
    name: &'static str,
    calls: Arc<Mutex<Option<Calls>>>,
    names: Arc<Mutex<Vec<String>>>,
}

impl Plugin for Collector {
    fn name(&self) -> &'static str {
        self.name
    }

    fn build(self: Box<Self>, plan: &mut Plan<'_>) {
        *self.calls.lock().expect("a lock") = Some(plan.calls());
        let names = plan.operations().map(|operation| {
            let tool = operation.extension::<Tool>();
            tool.map_or(operation.id.clone(), |tool| tool.0.to_owned())
        });
        *self.names.lock().expect("a lock") = names.collect();
        if plan.operations().any(|operation| operation.id == "bad") {
            plan.mistake("the operation `bad` is bad");
        }
        let count = plan.operations().count();
        let route = Operation::get("/count").handle((), move |()| async move { count });
        plan.route(route);
        plan.component(Noted(Arc::clone(&self.names)));
    }
}

struct Noted(Arc<Mutex<Vec<String>>>);

impl Component for Noted {
    fn name(&self) -> &'static str {
        "noted"
    }

    async fn start(&self, _: &Start) -> Result<(), BodyError> {
        self.0.lock().expect("a lock").push("started".to_owned());
        Ok(())
    }
}

type Shared<T> = Arc<Mutex<T>>;

/// Returns the plugin, and what it leaves here.
fn collector() -> (Collector, Shared<Option<Calls>>, Shared<Vec<String>>) {
    let (calls, names) = (Arc::default(), Arc::default());
    let collector = Collector {
        name: "collector",
        calls: Arc::clone(&calls),
        names: Arc::clone(&names),
    };
    (collector, calls, names)
}

fn app() -> App {
    let tool = Operation::get("/tool").id("tool").extend(Tool("hammer"));
    App::new("Plugins", "1.0.0")
        .routes(routes![read, create, file, agent])
        .routes(routes![log_in, raw, upload, panics])
        .routes([tool.handle((), |()| async { 1 })])
}

#[tokio::test]
async fn a_plugin_sees_the_operations_and_adds_to_the_application() {
    let (plugin, _, names) = collector();
    let service = app().plugin(plugin).build().expect("it builds");
    assert!(service.openapi()["paths"]["/count"].as_object().is_some());
    let client = TestClient::start(service).await.expect("a start");
    assert_eq!(client.get("/count").send().await.text().await, "9");
    let names = names.lock().expect("a lock").clone();
    assert_eq!(
        names,
        [
            "read", "create", "file", "agent", "log_in", "raw", "upload", "panics", "hammer",
            "started"
        ]
    );
}

#[test]
fn mistakes_of_a_plugin_are_those_of_the_application() {
    let bad = Operation::get("/bad")
        .id("bad")
        .handle((), |()| async { 1 });
    let app = App::new("Bad", "1.0.0").routes([bad]).plugin(collector().0);
    let error = app.build().expect_err("a mistake").to_string();
    assert!(
        error.contains("the plugin `collector`: the operation `bad` is bad"),
        "{error}"
    );
}

#[test]
fn a_second_plugin_sees_the_routes_of_the_first() {
    let (mut second, _, names) = collector();
    second.name = "second";
    let (first, _, _) = collector();
    // Two routes with one path are one mistake of the application, although their ids are the same, too.
    let error = app().plugin(first).plugin(second).build();
    let error = error.expect_err("a mistake");
    assert_eq!(error.mistakes().len(), 1, "{error}");
    assert!(error.to_string().contains("/count"));
    let names = names.lock().expect("a lock").clone();
    assert_eq!(names.last().map(String::as_str), Some("get_count"));
}

#[test]
fn a_plugin_that_is_added_twice_is_one_mistake() {
    let app = app().plugin(collector().0).plugin(collector().0);
    let error = app.build().expect_err("a mistake");
    assert_eq!(error.mistakes().len(), 1, "{error}");
    assert_eq!(
        error.mistakes()[0].what(),
        "the plugin `collector` is added twice; remove one of the calls of `App::plugin`"
    );
}

/// Requires a summary of each operation.
struct Summaries;

impl Plugin for Summaries {
    fn name(&self) -> &'static str {
        "summaries"
    }

    fn build(self: Box<Self>, plan: &mut Plan<'_>) {
        for operation in plan.operations() {
            if operation.summary.is_empty() {
                plan.mistake_at(operation, format!("`{}` has no summary", operation.id));
            }
        }
    }
}

/// Has a summary.
#[get("/described")]
async fn described() -> u32 {
    1
}

#[get("/bare")]
async fn bare() -> u32 {
    1
}

#[test]
fn a_plugin_sees_which_summaries_are_missing_and_reports_their_operations() {
    let app = App::new("Bare", "1.0.0").routes(routes![described, bare]);
    let error = app.plugin(Summaries).build().expect_err("a mistake");
    assert_eq!(error.mistakes().len(), 1, "{error}");
    let mistake = &error.mistakes()[0];
    assert_eq!(
        mistake.what(),
        "the plugin `summaries`: `bare` has no summary"
    );
    assert!(mistake.locations()[0].starts_with("GET /bare in `bare`"));
}

#[test]
fn the_document_has_a_summary_of_each_operation() {
    use avocet::OperationIds;

    let by_hand = Operation::get("/by/hand").id("by_hand");
    let by_hand = || by_hand.clone().handle((), |()| async { 1 });
    for ids in [OperationIds::Function, OperationIds::FastApi] {
        let app = App::new("Bare", "1.0.0").operation_ids(ids);
        let app = app.routes(routes![bare]).routes([by_hand()]);
        let service = app.build().expect("it builds");
        let paths = &service.openapi()["paths"];
        assert_eq!(paths["/bare"]["get"]["summary"], "Bare");
        assert_eq!(paths["/by/hand"]["get"]["summary"], "By Hand");
        // An id that the operation sets is kept.
        assert_eq!(paths["/by/hand"]["get"]["operationId"], "by_hand");
    }
}

#[tokio::test]
async fn an_operation_of_the_application_is_called_although_the_framework_has_its_id() {
    let docs = Operation::get("/own").id("docs");
    let docs = docs.handle((), |()| async { PlainText("own".to_owned()) });
    let (plugin, calls, _) = collector();
    let app = App::new("Docs", "1.0.0").routes([docs]).plugin(plugin);
    let _service = app.build().expect("it builds");
    let calls = calls.lock().expect("a lock").clone().expect("calls");
    let response = calls.call(Call::of("docs")).await.expect("a call");
    assert_eq!(text(response).await, (200, "own".to_owned()));
}

async fn text(response: Response) -> (u16, String) {
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.expect("a body");
    let text = String::from_utf8(body.to_bytes().to_vec()).expect("text");
    (status, text)
}

#[tokio::test]
async fn operations_are_called_with_values() {
    let (plugin, calls, _) = collector();
    let _service = app().plugin(plugin).build().expect("it builds");
    let calls = calls.lock().expect("a lock").clone().expect("calls");
    let read = Call::of("read")
        .argument("id", "a/b ü")
        .argument("tag", json!(["x&y", "z"]))
        .argument("x-trace", "t")
        .argument("session", 7);
    for (call, expected) in [
        (
            read,
            (
                200,
                r#"{"id":"a/b ü","tags":["x&y","z"],"x_trace":"t","session":"7"}"#,
            ),
        ),
        (
            Call::of("read")
                .argument("id", 1)
                .argument("tag", json!(null)),
            (200, r#"{"id":"1","tags":[],"x_trace":null,"session":null}"#),
        ),
        (
            Call::of("create").body(json!({"name": "ann"})),
            (200, r#"{"name":"ann"}"#),
        ),
        (
            Call::of("file").argument("name", "a/b c.txt"),
            (200, r#""a/b c.txt""#),
        ),
        (
            Call::of("agent").header(
                http::header::AUTHORIZATION,
                http::HeaderValue::from_static("Bearer x"),
            ),
            (200, r#""Bearer x""#),
        ),
    ] {
        let name = format!("{call:?}");
        let (status, body) = text(calls.call(call).await.expect("a call")).await;
        assert_eq!((status, &*body), expected, "{name}");
    }
    let invalid = calls
        .call(Call::of("create").body(json!({"name": ""})))
        .await;
    let (status, body) = text(invalid.expect("a call")).await;
    assert_eq!(status, 422);
    assert!(body.contains(r#""loc":["body","name"]"#), "{body}");
}

#[tokio::test]
async fn a_call_has_a_body_of_any_media_type() {
    let (plugin, calls, _) = collector();
    let _service = app().plugin(plugin).build().expect("it builds");
    let calls = calls.lock().expect("a lock").clone().expect("calls");
    let form = TestForm::new()
        .text("title", "notes")
        .file("file", "a.txt", "text/plain", "hello");
    let multipart = form.content_type();
    for (call, expected) in [
        (
            Call::of("log_in").form([("name", "ann & bob"), ("visits", "7")]),
            (200, r#""ann & bob 7""#),
        ),
        (
            Call::of("raw").content("application/octet-stream", vec![0xFF, 0, 1]),
            (200, "3"),
        ),
        (
            Call::of("upload").content(multipart, form.into_bytes()),
            (200, r#""notes: 5""#),
        ),
        (
            Call::of("create").content("application/json; charset=utf-8", r#"{"name":"ann"}"#),
            (200, r#"{"name":"ann"}"#),
        ),
    ] {
        let name = format!("{call:?}");
        let (status, body) = text(calls.call(call).await.expect("a call")).await;
        assert_eq!((status, &*body), expected, "{name}");
    }
    let unsupported = Call::of("create").content("text/csv", "a,b");
    let response = calls.call(unsupported).await.expect("a call");
    assert_eq!(response.status(), 415);
    let error = calls.call(Call::of("raw").content("a\nb", "")).await;
    assert_eq!(
        error.expect_err("an error").to_string(),
        "the media type `a\nb` has characters that no header may have"
    );
}

#[tokio::test]
async fn a_panic_in_a_call_is_its_response() {
    let (plugin, calls, _) = collector();
    let _service = app().plugin(plugin).build().expect("it builds");
    let calls = calls.lock().expect("a lock").clone().expect("calls");
    let response = calls.call(Call::of("panics")).await.expect("a call");
    assert_eq!(response.status(), 500);
    let response = calls.call_through_layers(Call::of("panics")).await;
    assert_eq!(response.expect("a call").status(), 500);
}

#[tokio::test]
async fn a_call_that_cannot_be_made_says_why() {
    let (plugin, calls, _) = collector();
    let service = app().plugin(plugin).build().expect("it builds");
    let calls = calls.lock().expect("a lock").clone().expect("calls");
    for (call, expected) in [
        (Call::of("none"), "there is no operation `none`"),
        (
            Call::of("read"),
            "the path variable `id` of `/items/{id}` has no value",
        ),
        (
            Call::of("read").argument("ids", 1),
            "the operation `read` has no parameter `ids`",
        ),
        (
            Call::of("read")
                .argument("id", 1)
                .argument("x-trace", "a\nb"),
            "the value of the header `x-trace` has characters that no header may have",
        ),
    ] {
        let error = calls.call(call).await.expect_err("an error");
        assert_eq!(error.to_string(), expected);
    }
    drop(service);
    let error = calls.call(Call::of("tool")).await.expect_err("it is gone");
    assert_eq!(error.to_string(), "the application is not built");
}

#[tokio::test]
async fn a_call_runs_the_layers_that_it_names() {
    async fn teapot(_: Request, _: Next) -> Result<Response, HttpError> {
        Err(HttpError::new(StatusCode::IM_A_TEAPOT, "a layer"))
    }
    let (plugin, calls, _) = collector();
    let router = Router::new("/guarded")
        .routes(routes![agent])
        .middleware(teapot);
    let app = App::new("Layered", "1.0.0")
        .router(router)
        .routes(routes![file])
        .plugin(plugin)
        .middleware(teapot);
    let _service = app.build().expect("it builds");
    let calls = calls.lock().expect("a lock").clone().expect("calls");
    let file = || Call::of("file").argument("name", "a");
    let inside = calls.call(file()).await.expect("a call");
    assert_eq!(inside.status(), 200);
    let through = calls.call_through_layers(file()).await.expect("a call");
    assert_eq!(through.status(), 418);
    let of_router = calls.call(Call::of("agent")).await.expect("a call");
    assert_eq!(of_router.status(), 418);
}

#[tokio::test]
async fn a_plugin_describes_a_security_scheme() {
    use avocet::depend::Requirement;
    use avocet::security::ApiKey;
    use avocet::types::Secret;

    struct Scheme;

    impl Plugin for Scheme {
        fn name(&self) -> &'static str {
            "scheme"
        }

        fn build(self: Box<Self>, plan: &mut Plan<'_>) {
            let scheme = json!({"type": "apiKey", "in": "cookie", "name": "shop"});
            plan.security_scheme("APIKeyCookie", scheme);
        }
    }

    #[dependency]
    async fn key(#[extract(ApiKey::cookie("session"))] _key: Secret<String>) {}

    #[get("/optional")]
    async fn optional(
        #[extract(avocet::security::Scheme::optional(ApiKey::cookie("session")))] key: Option<
            Secret<String>,
        >,
    ) -> bool {
        key.is_some()
    }

    // A requirement of the application is there only after the plugins.
    for app in [
        App::new("Shop", "1.0.0").routes(routes![optional]),
        App::new("Shop", "1.0.0")
            .routes(routes![file])
            .requires(Requirement::of::<key>()),
    ] {
        let service = app.plugin(Scheme).build().expect("it builds");
        let scheme = &service.openapi()["components"]["securitySchemes"]["APIKeyCookie"];
        assert_eq!(scheme["name"].to_string(), "\"shop\"");
    }
}
