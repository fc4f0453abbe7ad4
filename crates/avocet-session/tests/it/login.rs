//! Logins, and what the document has of them.

use avocet::prelude::*;
use avocet_session::{Key, Login, Session, Sessions};
use http::Method;

use crate::app::{Parts, browser, kinds};

#[tokio::test]
async fn a_login_is_required() {
    for (kind, sessions) in kinds() {
        let mut browser = browser(sessions);
        let response = browser.send(Method::GET, "/me").await;
        assert_eq!(response.status(), 401, "{kind}");
        assert_eq!(response.header("www-authenticate"), "Session", "{kind}");
        browser.put("/values/key?value=a").await;
        assert_eq!(
            browser.send(Method::GET, "/me").await.status(),
            401,
            "{kind}"
        );
        browser.put("/login/ann").await;
        assert_eq!(browser.get("/me").await, "\"ann\"", "{kind}");
        assert_eq!(browser.get("/values/key").await, "\"a\"", "{kind}");
        browser.delete("/session").await;
        assert_eq!(
            browser.send(Method::GET, "/me").await.status(),
            401,
            "{kind}"
        );
    }
}

#[tokio::test]
async fn a_different_user_gets_nothing_of_the_one_before() {
    for (kind, sessions) in kinds() {
        let mut browser = browser(sessions);
        browser.put("/login/ann").await;
        browser.put("/values/key?value=a").await;
        browser.put("/login/ann").await;
        assert_eq!(browser.get("/values/key").await, "\"a\"", "{kind}");
        browser.put("/login/ben").await;
        assert_eq!(browser.get("/me").await, "\"ben\"", "{kind}");
        assert_eq!(browser.get("/values/key").await, "null", "{kind}");
    }
}

#[tokio::test]
async fn a_browser_is_sent_to_the_login_page() {
    let mut browser = browser(Sessions::signed(Key::generate()).login_page("/login"));
    for (method, path, accept, status) in [
        (Method::GET, "/me", "text/html,application/xhtml+xml", 303),
        (Method::GET, "/me", "application/json", 401),
        (Method::POST, "/me/note", "text/html", 401),
    ] {
        let request = browser.request(method, path).header("accept", accept);
        let response = request.send().await;
        assert_eq!(response.status(), status, "{path} {accept}");
        let location = response.headers().get("location");
        assert_eq!(location.is_some_and(|it| it == "/login"), status == 303);
    }
    browser.put("/login/ann").await;
    let request = browser
        .request(Method::GET, "/me")
        .header("accept", "text/html");
    assert_eq!(request.send().await.status(), 200);
}

#[tokio::test]
async fn the_document_has_the_cookie_of_a_login_and_nothing_of_a_session() {
    let sessions = Sessions::signed(Key::generate()).cookie_name("shop");
    let service = sessions
        .around(Parts::default().app())
        .build()
        .expect("it builds");
    let document = service.openapi();
    let scheme = &document["components"]["securitySchemes"]["Session"];
    assert_eq!(scheme["type"].to_string(), "\"apiKey\"");
    assert_eq!(scheme["in"].to_string(), "\"cookie\"");
    assert_eq!(scheme["name"].to_string(), "\"__Host-shop\"");
    let me = &document["paths"]["/me"]["get"];
    assert_eq!(me["security"].to_string(), r#"[{"Session":[]}]"#);
    assert_eq!(
        me["responses"]["401"]["description"].to_string(),
        "\"Not logged in\""
    );
    let read = &document["paths"]["/values/{key}"]["get"];
    assert_eq!(read["security"].to_string(), "[]");
    assert_eq!(read["responses"]["403"].to_string(), "null");
    let write = &document["paths"]["/values/{key}"]["put"];
    assert!(
        write["responses"]["403"]
            .to_string()
            .contains("another site")
    );
}

#[get("/me")]
async fn me(#[extract] login: Login<String>) -> String {
    login.0
}

#[post("/note")]
async fn note(#[extract] login: Login<String>, #[form] text: String) -> String {
    format!("{}: {text}", login.0)
}

#[get("/visits")]
async fn visits(#[extract] session: Session) -> u32 {
    session.get("visits").unwrap_or(0)
}

#[tokio::test]
async fn deny_by_default_accepts_a_login_and_no_session() {
    let app = || App::new("Club", "1.0.0").deny_by_default();
    let around = |app: App| Sessions::signed(Key::generate()).around(app).build();
    let error = around(app().routes(routes![me, visits])).expect_err("a session is no requirement");
    assert!(
        error
            .to_string()
            .contains("`GET /visits` is open to everyone"),
        "{error}"
    );
    assert_eq!(error.mistakes().len(), 1, "{error}");

    let service = around(app().routes(routes![me, note])).expect("it builds");
    let client = avocet::testing::TestClient::new(service);
    // The POST too: without a login it is a 401 before its form is looked at.
    assert_eq!(client.open_operations().await, Vec::<String>::new());
}
