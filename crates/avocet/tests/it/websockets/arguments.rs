//! Before the upgrade: accepted and rejected requests.

use avocet::operation::Origins;
use avocet::prelude::*;
use avocet::testing::{TestClient, TestHandshake, TestResponse};
use serde_json::{Value, json};

/// Say what was taken.
#[websocket("/rooms/{room}")]
async fn rooms(
    room: u32,
    #[query(ge = 1, default = 1)] times: u32,
    #[header] x_name: Option<String>,
    #[cookie] session: Option<String>,
    #[state] greeting: &'static str,
    mut socket: WebSocket<String>,
) -> Result<(), HttpError> {
    if room == 13 {
        return Err(HttpError::new(StatusCode::NOT_FOUND, "No such room"));
    }
    let name = x_name.unwrap_or_default();
    let session = session.unwrap_or_default();
    for _ in 0..times {
        socket
            .send(format!("{greeting} {name} {session} {room}"))
            .await?;
    }
    Ok(())
}

#[websocket("/open", origin = "*")]
async fn open(_socket: WebSocket<String>) {}

#[websocket(
    "/listed",
    origin = "https://app.example.com",
    origin = "https://other.example.com"
)]
async fn listed(_socket: WebSocket<String>) {}

#[websocket("/spoken", subprotocol = "chat.v2", subprotocol = "chat.v1")]
async fn spoken(mut socket: WebSocket<String>) -> Result<(), HttpError> {
    let subprotocol = format!("{:?}", socket.subprotocol());
    socket.send(subprotocol).await?;
    Ok(())
}

#[websocket("/broken")]
async fn broken(_socket: WebSocket<String>) {
    panic!("on purpose")
}

fn client() -> TestClient {
    let app = App::new("Sockets", "1.0.0")
        .state("hello")
        .websocket_origins(Origins::same_host().allow("https://friend.example.com"))
        .routes(routes![rooms, open, listed, spoken, broken]);
    TestClient::new(app.build().expect("it builds"))
}

async fn told(response: TestResponse) -> (u16, Value) {
    (
        response.status().as_u16(),
        response.json::<Value>().await["detail"].take(),
    )
}

#[tokio::test]
async fn a_socket_takes_what_a_route_takes() {
    let request = client()
        .websocket("/rooms/7?times=2")
        .header("x-name", "Ann");
    let request = request
        .header("cookie", "session=s")
        .header("origin", "http://test");
    let mut socket = request.connect().await;
    assert_eq!(socket.text().await, "hello Ann s 7");
    assert_eq!(socket.text().await, "hello Ann s 7");
    assert_eq!(socket.closed().await.code(), 1000);
}

#[tokio::test]
async fn invalid_arguments_are_told_before_anything_is_opened() {
    let response = client().websocket("/rooms/x?times=0").rejected().await;
    let (status, detail) = told(response).await;
    assert_eq!(status, 422);
    let locations: Vec<&Value> = detail
        .as_array()
        .expect("a list")
        .iter()
        .map(|it| &it["loc"])
        .collect();
    assert_eq!(
        locations,
        [&json!(["path", "room"]), &json!(["query", "times"])]
    );
}

#[tokio::test]
async fn an_error_before_the_first_word_has_its_status() {
    let response = client().websocket("/rooms/13").rejected().await;
    assert_eq!(told(response).await, (404, json!("No such room")));
    assert_eq!(client().websocket("/broken").rejected().await.status(), 500);
    assert_eq!(
        client().websocket("/nowhere").rejected().await.status(),
        404
    );
}

#[tokio::test]
async fn a_socket_that_is_never_used_is_opened_and_closed() {
    let mut socket = client().websocket("/open").connect().await;
    assert_eq!(socket.closed().await.code(), 1000);
}

#[tokio::test]
async fn what_is_no_handshake_is_rejected_with_what_is_due() {
    let response = client().get("/open").send().await;
    assert_eq!(
        (response.header("upgrade"), response.header("connection")),
        ("websocket", "upgrade")
    );
    assert_eq!(response.status(), 426);

    let handshake = |version: &str, key: &str| {
        let request = client()
            .get("/open")
            .header("connection", "keep-alive, Upgrade");
        let request = request
            .header("upgrade", "WebSocket")
            .header("sec-websocket-key", key);
        request.header("sec-websocket-version", version)
    };
    let old = handshake("8", "dGhlIHNhbXBsZSBub25jZQ==").send().await;
    assert_eq!(
        (old.status().as_u16(), old.header("sec-websocket-version")),
        (426, "13")
    );
    for key in [
        "",
        "short",
        "dGhlIHNhbXBsZSBub25jZQ",
        "dGhlIHNhbXBsZSBub25jZSEh",
    ] {
        assert_eq!(handshake("13", key).send().await.status(), 400, "{key}");
    }
    let with_body = handshake("13", "dGhlIHNhbXBsZSBub25jZQ==").body("body");
    assert_eq!(with_body.send().await.status(), 400);
    assert_eq!(client().post("/open").send().await.status(), 405);
}

#[tokio::test]
async fn strange_pages_are_rejected() {
    let from = |path: &str, headers: &[(&str, &str)]| {
        let mut request: TestHandshake = client().websocket(path);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        request
    };
    for (path, headers, let_in) in [
        ("/rooms/1", &[][..], true),
        ("/rooms/1", &[("origin", "http://test")], true),
        (
            "/rooms/1",
            &[("origin", "https://friend.example.com")],
            true,
        ),
        ("/rooms/1", &[("origin", "https://evil.example.com")], false),
        ("/rooms/1", &[("origin", "null")], false),
        ("/rooms/1", &[("cookie", "session=1")], false),
        (
            "/open",
            &[("origin", "https://evil.example.com"), ("cookie", "a=b")],
            true,
        ),
        ("/open", &[("cookie", "a=b")], true),
        ("/listed", &[("origin", "https://app.example.com")], true),
        ("/listed", &[("origin", "https://other.example.com")], true),
        (
            "/listed",
            &[("origin", "https://friend.example.com")],
            false,
        ),
    ] {
        if let_in {
            from(path, headers).connect().await;
        } else {
            assert_eq!(
                from(path, headers).rejected().await.status(),
                403,
                "{path} {headers:?}"
            );
        }
    }
}

#[tokio::test]
async fn the_subprotocol_that_both_know_is_chosen() {
    for (offered, chosen) in [
        ("chat.v1, chat.v2", Some("chat.v2")),
        ("chat.v1", Some("chat.v1")),
        ("x", None),
    ] {
        let mut socket = client()
            .websocket("/spoken")
            .subprotocol(offered)
            .connect()
            .await;
        assert_eq!(socket.text().await, format!("{chosen:?}"));
        let header = socket.response().headers().get("sec-websocket-protocol");
        assert_eq!(header.map(|it| it.to_str().expect("text")), chosen);
    }
}

#[test]
fn mistakes_are_told_at_the_start() {
    #[websocket(
        "/wrong",
        origin = "app.example.com",
        subprotocol = "two words",
        message_limit = 0
    )]
    async fn wrong(_socket: WebSocket<String>) {}

    let app = App::new("Wrong", "1.0.0")
        .websocket_origins(Origins::same_host().allow("*"))
        .routes(routes![wrong])
        .routes([Operation::websocket("/nothing").handle_websocket((), |()| async {})]);
    let error = app.build().expect_err("five mistakes").to_string();
    for sentence in [
        "`*` is not an origin",
        "`app.example.com` is not an origin",
        "`two words` is not the name of a subprotocol",
        "the message limit is 0",
        "no argument takes the WebSocket",
    ] {
        assert!(error.contains(sentence), "{sentence}: {error}");
    }
}
