//! Security.

use avocet::testing::TestClient;
use guide_examples::security::app;

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
}
