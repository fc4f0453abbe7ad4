//! What the guide promises by default, in its chapter on promises. Each test is named after its row.

mod heads;
mod policies;

use std::collections::BTreeSet;

use avocet::observe::{AccessLog, Health, Metrics};
use avocet::prelude::*;
use avocet::response::{ErrorFormat, EventId, EventName, EventText, Redirect, ServerEvent};
use avocet::security::{RequiredScopes, forbidden};
use avocet::testing::{TestClient, TestResponse};
use avocet::types::Secret;
use http::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::observe::capture::Written;
use crate::served::Served;

/// What could leave a line, a header or a document.
const ODD: [&str; 6] = [
    "a\r\nset-cookie: evil=1",
    "a\nb: c",
    "a\rb",
    "a\0b",
    "\r\n\r\n<script>",
    "\u{1b}[31m",
];

/// In this test a token is a list of scopes.
#[dependency]
async fn member(
    #[bearer] token: Secret<String>,
    #[request] required: RequiredScopes,
) -> Result<(), HttpError> {
    let held: Vec<&str> = token.expose().split(' ').collect();
    match required.missing(&held) {
        None => Ok(()),
        Some(scope) => Err(forbidden(&format!("The scope {scope} is missing"))),
    }
}

#[get("/news", public)]
async fn news() -> PlainText {
    PlainText("news".to_owned())
}

#[get("/page", public)]
async fn page() -> Html {
    Html("<p>page</p>".to_owned())
}

#[get("/rooms/{id}", requires(member, scopes("rooms:read")))]
async fn room(id: u32) -> u32 {
    id
}

#[delete("/rooms/{id}", requires(member, scopes("rooms:read", "rooms:write")))]
async fn close(id: u32) -> u32 {
    id
}

#[get("/internal/{path:path}", hidden, requires(member, scopes("internal")))]
async fn internal(path: String) -> String {
    path
}

#[model]
struct Room {
    name: String,
}

#[post("/rooms", requires(member, scopes("rooms:write")))]
async fn open(#[body] room: Room) -> Room {
    room
}

#[get("/events", public)]
async fn events() -> Sse<Room> {
    Sse::new(stream! { yield Room { name: "a".to_owned() }; })
}

#[get("/lines", public)]
async fn lines() -> JsonLines<u32> {
    JsonLines::new(stream! { yield 1; })
}

fn app() -> App {
    App::new("Club", "1.0.0").deny_by_default().routes(routes![
        news, page, room, close, internal, open, events, lines
    ])
}

fn client(app: App) -> (TestClient, Vec<Operation>) {
    let service = app.build().expect("it builds");
    let operations = service.operations().to_vec();
    (TestClient::new(service), operations)
}

/// A path of an operation, with `1` for each variable.
fn path_of(operation: &Operation) -> String {
    let parts = operation.path.split('{').enumerate();
    let parts = parts.map(|(index, part)| match (index, part.split_once('}')) {
        (0, _) | (_, None) => part.to_owned(),
        (_, Some((_, rest))) => format!("1{rest}"),
    });
    parts.collect()
}

fn is_of_framework(operation: &Operation) -> bool {
    ["docs", "openapi"].contains(&&*operation.id)
}

#[tokio::test]
async fn v23_no_route_is_open_unless_it_says_so() {
    let (client, operations) = client(app());
    assert!(
        operations
            .iter()
            .any(|it| it.path.starts_with("/internal/"))
    );
    for operation in &operations {
        let path = path_of(operation);
        let response = client.request(operation.method.clone(), &path).send().await;
        let is_open = operation.public || is_of_framework(operation);
        assert_eq!(
            response.status() != 401,
            is_open,
            "{} {path}",
            operation.method
        );
        // No other way to the same handler.
        if !is_open {
            for other in [
                format!("{path}/"),
                format!("/{path}"),
                format!("{path}?a"),
                path.replace("/r", "/%72"),
            ] {
                let response = client
                    .request(operation.method.clone(), &other)
                    .send()
                    .await;
                assert!(
                    !response.status().is_success(),
                    "{} {other}",
                    operation.method
                );
            }
        }
    }
    assert!(client.open_operations().await.is_empty());
}

#[get("/forgotten", hidden)]
async fn forgotten() -> u32 {
    1
}

#[tokio::test]
async fn v23_a_hidden_open_route_is_found() {
    let open = App::new("Club", "1.0.0").routes(routes![forgotten, news, internal]);
    let open = open.metrics(Metrics::new().at("/metrics"));
    let (client, _) = client(open.health(Health::new()));
    assert_eq!(client.open_operations().await, ["GET /forgotten: 200 OK"]);
}

#[get("/optional")]
async fn optional(#[bearer] token: Option<Secret<String>>) -> bool {
    token.is_some()
}

#[test]
fn v23_an_open_route_that_does_not_say_so_does_not_start() {
    let error = app()
        .routes(routes![forgotten, optional])
        .build()
        .expect_err("two are open");
    let mistakes: Vec<_> = error
        .mistakes()
        .iter()
        .map(|it| it.what().to_owned())
        .collect();
    assert_eq!(mistakes.len(), 2, "{mistakes:?}");
    assert!(
        mistakes[0].contains("`GET /forgotten` is open"),
        "{mistakes:?}"
    );
    assert!(
        mistakes[1].contains("`GET /optional` is open"),
        "{mistakes:?}"
    );
}

#[tokio::test]
async fn a5_a_token_with_too_few_scopes_is_a_403_everywhere() {
    let (client, operations) = client(app());
    let mut walked = 0;
    for operation in operations
        .iter()
        .filter(|it| !it.public && !is_of_framework(it))
    {
        let scopes: Vec<&str> = operation.security[0]
            .scopes
            .iter()
            .map(String::as_str)
            .collect();
        assert!(!scopes.is_empty(), "{}", operation.path);
        let send = async |token: &str| {
            let request = client.request(operation.method.clone(), &path_of(operation));
            let request = request.header("authorization", &format!("Bearer {token}"));
            request.send().await.status().as_u16()
        };
        for missing in &scopes {
            let held: Vec<_> = scopes.iter().copied().filter(|it| it != missing).collect();
            let held = format!("x {}", held.join(" "));
            assert_eq!(send(held.trim()).await, 403, "{} {missing}", operation.path);
        }
        // The body of one of them is missing, which is found after the check.
        assert!(
            [200, 422].contains(&send(&scopes.join(" ")).await),
            "{}",
            operation.path
        );
        walked += 1;
    }
    assert_eq!(walked, 4);
}

#[tokio::test]
async fn a9_what_is_served_is_what_is_documented() {
    let service = app().build().expect("it builds");
    let document: Value = service.openapi().clone().into();
    let mut documented = BTreeSet::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for method in item.as_object().expect("operations").keys() {
            documented.insert(format!("{} {path}", method.to_uppercase()));
        }
    }
    let operations = service.operations().iter();
    let served: BTreeSet<_> = operations
        .filter(|it| it.include_in_schema)
        .map(|it| format!("{} {}", it.method, it.path))
        .collect();
    assert_eq!(documented, served);
    let hidden = service
        .operations()
        .iter()
        .filter(|it| !it.include_in_schema);
    let hidden: Vec<_> = hidden
        .filter(|it| !is_of_framework(it))
        .map(|it| it.path.clone())
        .collect();
    assert_eq!(hidden.len(), 1, "{hidden:?}");
    let client = TestClient::new(service.clone());
    for operation in service.operations() {
        let response = client
            .request(operation.method.clone(), &path_of(operation))
            .send()
            .await;
        assert!(
            ![404, 405].contains(&response.status().as_u16()),
            "{}",
            operation.path
        );
    }
}

#[tokio::test]
async fn a13_only_declared_methods_are_served() {
    let (client, operations) = client(app());
    let paths: BTreeSet<_> = operations.iter().map(path_of).collect();
    for path in paths {
        let declared = operations.iter().filter(|it| path_of(it) == path);
        let mut allowed: BTreeSet<_> = declared.map(|it| it.method.to_string()).collect();
        allowed.insert("OPTIONS".to_owned());
        if allowed.contains("GET") {
            allowed.insert("HEAD".to_owned());
        }
        for method in [
            "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND", "get",
        ] {
            let sent = Method::from_bytes(method.as_bytes()).expect("a method");
            let response = client.request(sent, &path).send().await;
            assert_eq!(
                response.status() == 405,
                !allowed.contains(method),
                "{method} {path}"
            );
            if response.status() == 405 {
                let allow: BTreeSet<_> = response
                    .header("allow")
                    .split(", ")
                    .map(str::to_owned)
                    .collect();
                assert_eq!(allow, allowed, "a8: {method} {path}");
            }
        }
    }
}

#[tokio::test]
async fn a8_no_header_names_the_software_and_trace_is_not_served() {
    let server = Served::start(app()).await;
    for (method, path) in [
        ("GET", "/news"),
        ("TRACE", "/news"),
        ("GET", "/nowhere"),
        ("GET", "/rooms/1"),
        ("OPTIONS", "/news"),
    ] {
        let mut socket = server.connect().await;
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: x\r\nsecret: canary\r\nconnection: close\r\n\r\n"
        );
        socket
            .write_all(request.as_bytes())
            .await
            .expect("it reads");
        let mut response = Vec::new();
        socket.read_to_end(&mut response).await.expect("a response");
        let response = String::from_utf8(response).expect("text").to_lowercase();
        assert_eq!(
            response.starts_with("http/1.1 405"),
            method == "TRACE",
            "{response}"
        );
        for leak in [
            "canary",
            "\r\nserver:",
            "x-powered-by",
            "avocet",
            "hyper",
            env!("CARGO_PKG_VERSION"),
        ] {
            assert!(!response.contains(leak), "{leak}: {response}");
        }
    }
}

/// Checks that a body has a type, with a charset if it is text.
fn assert_typed(response: &TestResponse, what: &str) {
    let content_type = response.header("content-type").to_ascii_lowercase();
    assert!(
        !content_type.starts_with("text/") || content_type.contains("charset=utf-8"),
        "{what}: {content_type}"
    );
}

#[tokio::test]
async fn a11_every_body_has_a_type_and_a_charset_if_it_is_text() {
    for base in [
        app(),
        app().html_errors(),
        app().error_format(ErrorFormat::ProblemDetails),
    ] {
        let base = base.metrics(Metrics::new()).health(Health::new());
        let (client, operations) = client(base);
        let mut seen = 0;
        for operation in &operations {
            let path = path_of(operation);
            for token in ["none", "rooms:read rooms:write internal"] {
                for method in [operation.method.clone(), Method::TRACE] {
                    let request = client
                        .request(method.clone(), &path)
                        .header("accept", "text/html");
                    let response = request
                        .header("authorization", &format!("Bearer {token}"))
                        .send()
                        .await;
                    assert_typed(&response, &format!("{method} {path} {}", response.status()));
                    seen += 1;
                }
            }
        }
        assert_typed(&client.get("/nowhere").send().await, "404");
        assert_typed(
            &client
                .get("/nowhere")
                .header("accept", "text/html")
                .send()
                .await,
            "404",
        );
        assert!(seen > 40, "{seen}");
    }
}

/// Encodes text for a query.
fn encoded(text: &str) -> String {
    let bytes: Vec<_> = text.bytes().map(|byte| format!("%{byte:02x}")).collect();
    bytes.concat()
}

#[headers]
struct Named {
    x_name: String,
}

#[headers]
struct WithCookie {
    session: SetCookie,
}

#[get("/header")]
async fn header(#[query] text: String) -> WithHeaders<u32, Named> {
    WithHeaders::new(1, Named { x_name: text })
}

#[get("/cookie")]
async fn cookie(#[query] text: String) -> WithHeaders<u32, WithCookie> {
    WithHeaders::new(
        1,
        WithCookie {
            session: SetCookie::new(text),
        },
    )
}

#[get("/cookie-path")]
async fn cookie_path(#[query] text: String) -> WithHeaders<u32, WithCookie> {
    WithHeaders::new(
        1,
        WithCookie {
            session: SetCookie::new("a").path(format!("/{text}")),
        },
    )
}

#[get("/redirect")]
async fn redirect(#[query] text: String) -> Redirect {
    Redirect::to(format!("/{text}"))
}

#[get("/challenge")]
async fn challenge(#[query] text: String) -> Result<u32, HttpError> {
    Err(avocet::security::unauthorized(&text, "No"))
}

#[get("/error")]
async fn error(#[query] text: String) -> Result<u32, HttpError> {
    Err(HttpError::new(StatusCode::BAD_REQUEST, text))
}

#[tokio::test]
async fn v16_a14_no_text_becomes_another_header() {
    let app = App::new("Headers", "1.0.0")
        .routes(routes![
            header,
            cookie,
            cookie_path,
            redirect,
            challenge,
            error
        ])
        .error_response(StatusCode::BAD_REQUEST, |page| {
            WithHeaders::new(
                PlainText("no".to_owned()),
                Named {
                    x_name: page.message(),
                },
            )
        });
    let (client, _) = client(app);
    for path in [
        "/header",
        "/cookie",
        "/cookie-path",
        "/redirect",
        "/challenge",
        "/error",
    ] {
        for text in ODD {
            let response = client
                .get(&format!("{path}?text={}", encoded(text)))
                .send()
                .await;
            assert_eq!(response.status(), 500, "{path} {text:?}");
            for name in ["set-cookie", "b", "location", "x-name"] {
                assert!(
                    !response.headers().contains_key(name),
                    "{path} {text:?}: {name}"
                );
            }
            assert!(!response.text().await.contains("script"), "{path}");
        }
        let good = client.get(&format!("{path}?text=good")).send().await;
        assert_ne!(good.status(), 500, "{path}");
    }
}

#[test]
fn v17_a_line_end_in_any_field_begins_no_event() {
    for end in ["\r", "\n", "\r\n", "\n\n", "\r\r", "\r\n\r\n"] {
        let text = format!("a{end}event: evil{end}{end}data: evil{end}");
        let name: &'static str = Box::leak(text.clone().into_boxed_str());
        let mut written = EventText::default();
        written.comment(&text);
        written.text(Some(name), &text);
        written.json(Some(name), &text).expect("JSON");
        let (mut events, mut evil) = (0, 0);
        for line in written.as_str().split(['\r', '\n']) {
            let (field, value) = line.split_once(": ").unwrap_or((line, ""));
            assert!(
                ["", "event", "data", ":"].contains(&field.trim_end_matches(':'))
                    || line.starts_with(':'),
                "{line}"
            );
            events += usize::from(line.is_empty());
            evil += usize::from(value == "evil");
        }
        // Two events, and the end of the text.
        assert_eq!((events, evil), (3, 0), "{:?}", written.as_str());
        assert!(EventName::new(text.clone()).is_err() && EventId::new(text).is_err());
    }
}

#[get("/comment")]
async fn comment(#[query] text: String) -> Sse<ServerEvent<Room>> {
    Sse::new(stream! {
        yield ServerEvent::new(Room { name: text.clone() }).comment(text);
    })
}

#[tokio::test]
async fn v17_a_client_sees_one_event() {
    let (client, _) = client(App::new("Events", "1.0.0").routes(routes![comment]));
    for end in ["\r", "\n", "\r\n"] {
        let text = format!("a{end}{end}data: evil{end}{end}");
        let mut response = client
            .get(&format!("/comment?text={}", encoded(&text)))
            .send()
            .await;
        let event = response.next_event().await.expect("an event");
        assert_eq!(event.json::<Value>(), json!({"name": text}));
        assert_eq!(response.next_event().await, None, "{end:?}");
    }
}

#[tokio::test]
async fn v26_a_log_line_has_no_control_characters() {
    for is_json in [true, false] {
        let written = Written::default();
        let log = if is_json {
            AccessLog::json_to(written.clone())
        } else {
            AccessLog::text_to(written.clone())
        };
        let (client, _) = client(app().access_log(log));
        let paths = [
            "/\u{9b}31m\u{85}\u{2028}\u{2029}",
            "/a%0d%0aGET%20/evil",
            "/%1b%5b31m",
            "/\u{202e}evil",
            "/\u{feff}",
        ];
        for path in paths {
            client
                .get(path)
                .header("x-request-id", "a\tb")
                .header("user-agent", "\t")
                .send()
                .await;
        }
        let text = written.lines(paths.len()).await;
        assert_eq!(text.lines().count(), paths.len(), "{text}");
        for line in text.lines() {
            assert!(
                !line
                    .chars()
                    .any(|c| c.is_control() || "\u{2028}\u{2029}\u{202e}".contains(c)),
                "{line:?}"
            );
            assert!(
                !is_json || serde_json::from_str::<Value>(line).is_ok(),
                "{line}"
            );
        }
    }
}

#[get("/fails")]
async fn fails() -> Result<u32, HttpError> {
    Err(HttpError::internal("CANARY in postgres://ada:CANARY@db"))
}

#[get("/question")]
async fn question() -> Result<u32, HttpError> {
    Err(std::io::Error::other("CANARY"))?
}

#[get("/panics")]
async fn panics() -> u32 {
    panic!("CANARY")
}

#[get("/number")]
async fn number() -> f64 {
    f64::NAN
}

#[get("/unsendable")]
async fn unsendable() -> WithHeaders<u32, Named> {
    WithHeaders::new(
        1,
        Named {
            x_name: "CANARY\n".to_owned(),
        },
    )
}

#[dependency]
async fn broken() -> Result<(), HttpError> {
    Err(HttpError::internal("CANARY"))
}

#[get("/dependency", requires(broken))]
async fn dependency() -> u32 {
    1
}

#[tokio::test]
async fn v27_a_5xx_has_nothing_of_the_inside() {
    let routes = || routes![fails, question, panics, number, unsendable, dependency];
    let app = || App::new("Broken", "1.0.0").routes(routes());
    let count = routes().len();
    for app in [
        app(),
        app().html_errors(),
        app().error_format(ErrorFormat::ProblemDetails),
    ] {
        let (client, operations) = client(app);
        let own = operations.iter().filter(|it| it.include_in_schema);
        assert_eq!(own.clone().count(), count);
        for operation in own {
            for accept in ["*/*", "text/html"] {
                let response = client
                    .get(&operation.path)
                    .header("accept", accept)
                    .send()
                    .await;
                assert_eq!(response.status(), 500, "{}", operation.path);
                let headers = format!("{:?}", response.headers());
                let body = response.text().await;
                for leak in [
                    "CANARY",
                    "NaN",
                    "promises.rs",
                    "panicked",
                    "x-name",
                    "x_name",
                ] {
                    assert!(
                        !body.contains(leak) && !headers.contains(leak),
                        "{}: {body}",
                        operation.path
                    );
                }
            }
        }
    }
}

#[model(input)]
#[serde(deny_unknown_fields)]
struct Strict {
    name: String,
}

#[post("/strict")]
async fn strict(#[body] strict: Strict) -> String {
    strict.name
}

#[post("/room")]
async fn loose(#[body] room: Room) -> Room {
    room
}

#[tokio::test]
async fn a3_members_that_a_type_does_not_name_are_not_taken() {
    let (client, _) = client(App::new("Rooms", "1.0.0").routes(routes![strict, loose]));
    let body = json!({"name": "a", "is_admin": true, "id": 7});
    let response = client.post("/room").json(&body).send().await;
    assert_eq!(response.json::<Value>().await, json!({"name": "a"}));
    assert_eq!(
        client.post("/strict").json(&body).send().await.status(),
        422
    );
    assert_eq!(
        client
            .post("/strict")
            .json(&json!({"name": "a"}))
            .send()
            .await
            .status(),
        200
    );
}

#[get("/last")]
async fn last(#[query] page: u32) -> u32 {
    page
}

#[tokio::test]
async fn a19_the_last_of_repeated_keys_counts() {
    let (client, _) = client(App::new("Pages", "1.0.0").routes(routes![last]));
    for (query, expected) in [
        ("page=1&page=2", "2"),
        ("page=x&page=2", "2"),
        ("page=1&a=b&p%61ge=3", "3"),
    ] {
        let response = client.get(&format!("/last?{query}")).send().await;
        assert_eq!(response.text().await, expected, "{query}");
    }
    assert_eq!(client.get("/last?page=1&page=x").send().await.status(), 422);
    // Neither a semicolon nor brackets begin another key.
    assert_eq!(client.get("/last?page=1;page=2").send().await.status(), 422);
    assert_eq!(
        client
            .get("/last?page=1&page[]=2")
            .send()
            .await
            .text()
            .await,
        "1"
    );
}
