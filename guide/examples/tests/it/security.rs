//! Security.

use avocet::testing::TestClient;
use guide_examples::security::{app, app_with_login, notes};

// ANCHOR: test
#[tokio::test]
async fn nothing_is_open() {
    let client = TestClient::new(app().build().unwrap());
    assert_eq!(client.open_operations().await, Vec::<String>::new());
}
// ANCHOR_END: test

#[tokio::test]
async fn the_examples_do_what_the_chapter_says() {
    let client = TestClient::new(app().build().unwrap());
    for (path, token, status) in [
        ("/me", "ada-token", 200),
        ("/me", "other", 401),
        ("/admin/users", "ada-token", 200),
        ("/admin/users", "bob-token", 403),
        ("/rooms", "rooms:read/me", 200),
        ("/rooms", "me", 403),
    ] {
        let request = client
            .get(path)
            .header("authorization", &format!("Bearer {token}"));
        assert_eq!(request.send().await.status(), status, "{path} {token}");
    }
    assert_eq!(client.get("/news").send().await.status(), 200);
    let document: serde_json::Value = client.get("/openapi.json").send().await.json().await;
    for path in ["/admin/users", "/rooms"] {
        let responses = &document["paths"][path]["get"]["responses"];
        assert!(responses["403"].is_object(), "{path} {responses}");
    }
}

#[tokio::test]
async fn a_note_is_shown_to_its_owner_alone() {
    let client = TestClient::new(notes().build().unwrap());
    for (path, token, status) in [
        ("/notes/1", "ada-token", 200),
        ("/notes/2", "ada-token", 404),
        ("/notes/2", "bob-token", 200),
        ("/notes/1", "other", 401),
    ] {
        let request = client
            .get(path)
            .header("authorization", &format!("Bearer {token}"));
        assert_eq!(request.send().await.status(), status, "{path} {token}");
    }
}

#[tokio::test]
async fn the_docs_page_can_log_in() {
    let client = TestClient::new(app_with_login().build().unwrap());
    let page = client.get("/docs").send().await;
    let policy = page.header("content-security-policy");
    assert!(policy.ends_with("; connect-src 'self' https://login.example"));
    assert!(page.text().await.contains("club-docs"));
    let redirect = client.get("/docs/oauth2-redirect").send().await;
    assert_eq!(redirect.status(), 200);
    let request = client.post("/rooms/7/close");
    let request = request.header("authorization", "Bearer abc");
    let text = request.send().await.text().await;
    assert_eq!(text, "\"7 is closed with 3 characters\"");
}
