//! When sessions end, by the clock of the store.

use std::time::Duration;

use avocet_session::{Key, Sessions};
use avocet_store::{Clock, Store};
use http::Method;

use crate::app::browser;

const MINUTE: Duration = Duration::from_secs(60);

/// One of each kind, which end after an hour without a request, and after three hours.
fn kinds() -> [(&'static str, Clock, Sessions); 3] {
    let clocks = [Clock::manual(), Clock::manual(), Clock::manual()];
    let store = Store::memory().with_clock(clocks[2].clone());
    let sessions = [
        Sessions::signed(Key::generate()).clock(clocks[0].clone()),
        Sessions::encrypted(Key::generate()).clock(clocks[1].clone()),
        Sessions::stored(&store, "sessions").expect("a name"),
    ];
    let mut all = ["signed", "encrypted", "stored"]
        .into_iter()
        .zip(clocks)
        .zip(sessions);
    std::array::from_fn(|_| {
        let ((kind, clock), sessions) = all.next().expect("three");
        (
            kind,
            clock,
            sessions.idle(MINUTE * 60).lifetime(MINUTE * 180),
        )
    })
}

#[tokio::test]
async fn a_session_without_requests_ends() {
    for (kind, clock, sessions) in kinds() {
        let mut browser = browser(sessions);
        browser.put("/values/key?value=a").await;
        let mut copy = browser.clone();
        clock.advance(Duration::from_millis(60 * 60_000 - 1));
        assert_eq!(copy.get("/values/key").await, "\"a\"", "{kind}");
        clock.advance(Duration::from_millis(1));
        // The stored session has lived on with the request of the copy; in a cookie, the old one ends.
        let expected = if kind == "stored" { "\"a\"" } else { "null" };
        assert_eq!(browser.get("/values/key").await, expected, "{kind}");
        clock.advance(MINUTE * 60);
        assert_eq!(copy.get("/values/key").await, "null", "{kind}");
    }
}

#[tokio::test]
async fn a_session_ends_after_its_lifetime() {
    for (kind, clock, sessions) in kinds() {
        let mut browser = browser(sessions);
        browser.put("/values/key?value=a").await;
        for _ in 0..35 {
            clock.advance(MINUTE * 5);
            assert_eq!(browser.get("/values/key").await, "\"a\"", "{kind}");
        }
        clock.advance(MINUTE * 5);
        assert_eq!(browser.get("/values/key").await, "null", "{kind}");
    }
}

#[tokio::test]
async fn a_rotated_session_has_a_new_lifetime() {
    for (kind, clock, sessions) in kinds() {
        let mut browser = browser(sessions);
        browser.put("/values/key?value=a").await;
        for _ in 0..3 {
            clock.advance(MINUTE * 50);
            browser.get("/values/key").await;
        }
        browser.put("/rotate").await;
        clock.advance(MINUTE * 50);
        assert_eq!(browser.get("/values/key").await, "\"a\"", "{kind}");
    }
}

#[tokio::test]
async fn the_time_of_a_request_is_written_once_in_a_tenth() {
    for (kind, clock, sessions) in kinds() {
        let mut browser = browser(sessions);
        browser.put("/values/key?value=a").await;
        let mut written = Vec::new();
        for minute in 1..=14 {
            clock.advance(MINUTE);
            let response = browser.send(Method::GET, "/values/key").await;
            if let Some(cookie) = response.headers().get("set-cookie") {
                let cookie = cookie.to_str().expect("text");
                assert!(cookie.contains("Max-Age=3600"), "{kind}: {cookie}");
                written.push(minute);
            }
        }
        assert_eq!(written, [6, 12], "{kind}");
    }
}

#[tokio::test]
async fn the_cookie_ends_with_the_lifetime() {
    for (kind, clock, sessions) in kinds() {
        let mut browser = browser(sessions);
        browser.put("/values/key?value=a").await;
        for _ in 0..3 {
            clock.advance(MINUTE * 50);
            browser.get("/values/key").await;
        }
        let response = browser.put("/values/key?value=b").await;
        assert!(
            response.header("set-cookie").contains("Max-Age=1800"),
            "{kind}"
        );
    }
}
