//! What all kinds of sessions do.

use http::Method;

use crate::app::{browser, kinds};

#[tokio::test]
async fn values_are_there_in_the_next_request() {
    for (kind, sessions) in kinds() {
        let mut ann = browser(sessions);
        let mut bob = ann.other();
        assert_eq!(ann.get("/values/key").await, "null", "{kind}");
        ann.put("/values/key?value=of%20ann").await;
        bob.put("/values/key?value=of%20bob").await;
        ann.put("/values/other?value=%22%3B%0D%0A%F0%9F%90%A6")
            .await;
        assert_eq!(ann.get("/values/key").await, "\"of ann\"", "{kind}");
        assert_eq!(bob.get("/values/key").await, "\"of bob\"", "{kind}");
        assert_eq!(
            ann.get("/values/other").await,
            "\"\\\";\\r\\n🐦\"",
            "{kind}"
        );
        ann.delete("/values/key").await;
        assert_eq!(ann.get("/values/key").await, "null", "{kind}");
        assert_ne!(ann.get("/values/other").await, "null", "{kind}");
        ann.delete("/values").await;
        assert_eq!(ann.get("/values/other").await, "null", "{kind}");
        assert_eq!(bob.get("/values/key").await, "\"of bob\"", "{kind}");
    }
}

#[tokio::test]
async fn the_cookie_is_set_only_when_something_was_written() {
    for (kind, sessions) in kinds() {
        let mut browser = browser(sessions);
        let sets =
            |response: avocet::testing::TestResponse| response.headers().contains_key("set-cookie");
        assert!(!sets(browser.send(Method::GET, "/plain").await), "{kind}");
        assert!(
            !sets(browser.send(Method::GET, "/values/key").await),
            "{kind}"
        );
        assert!(!sets(browser.delete("/session").await), "{kind}");
        assert!(!sets(browser.delete("/values").await), "{kind}");
        assert!(!sets(browser.put("/rotate").await), "{kind}");
        assert!(sets(browser.put("/values/key?value=a").await), "{kind}");
        assert!(
            !sets(browser.send(Method::GET, "/values/key").await),
            "{kind}"
        );
        assert!(!sets(browser.send(Method::GET, "/plain").await), "{kind}");
    }
}

#[tokio::test]
async fn changes_are_kept_whatever_the_status_is() {
    for (kind, sessions) in kinds() {
        let mut browser = browser(sessions);
        assert_eq!(browser.put("/fails?value=failed").await.status(), 409);
        assert_eq!(browser.get("/values/key").await, "\"failed\"", "{kind}");
        // A panic leaves nothing that could be trusted.
        assert_eq!(browser.put("/panics?value=panicked").await.status(), 500);
        assert_eq!(browser.get("/values/key").await, "\"failed\"", "{kind}");
    }
}

#[tokio::test]
async fn a_stream_has_the_changes_before_its_head() {
    for (kind, sessions) in kinds() {
        let mut browser = browser(sessions);
        assert_eq!(browser.get("/stream").await, "1\n2\n", "{kind}");
        assert_eq!(browser.get("/values/key").await, "\"before\"", "{kind}");
    }
}

#[tokio::test]
async fn destroy_removes_the_cookie() {
    for (kind, sessions) in kinds() {
        let mut browser = browser(sessions);
        browser.put("/values/key?value=a").await;
        assert_eq!(browser.cookies.len(), 1, "{kind}");
        let response = browser.delete("/session").await;
        let removal = "__Host-session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure";
        assert_eq!(response.header("set-cookie"), removal, "{kind}");
        assert_eq!(browser.get("/values/key").await, "null", "{kind}");
    }
}

#[tokio::test]
async fn what_is_inserted_after_destroy_is_in_a_new_session() {
    for (kind, sessions) in kinds() {
        let mut browser = browser(sessions);
        browser.put("/values/other?value=a").await;
        let old = browser.cookie().1.to_owned();
        browser.put("/restart?value=b").await;
        assert_ne!(browser.cookie().1, old, "{kind}");
        assert_eq!(browser.get("/values/key").await, "\"b\"", "{kind}");
        assert_eq!(browser.get("/values/other").await, "null", "{kind}");
    }
}

#[tokio::test]
async fn a_value_that_is_not_json_is_a_500() {
    for (kind, sessions) in kinds() {
        let mut browser = browser(sessions);
        let response = browser.put("/invalid").await;
        assert_eq!(response.status(), 500, "{kind}");
        assert!(!response.headers().contains_key("set-cookie"), "{kind}");
    }
}
