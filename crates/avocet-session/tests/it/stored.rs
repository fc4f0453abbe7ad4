//! Sessions in a store.

use avocet_session::Sessions;
use avocet_store::{NamespaceConfig, Store};
use http::Method;

use crate::app::{Parts, browser, stored};
use crate::backend::Failing;
use crate::browser::Browser;

/// All keys and values of the namespace, as text.
async fn contents(store: &Store) -> Vec<String> {
    let sessions = store.namespace("sessions").expect("a name");
    let page = sessions.scan("", None, 1000).await.expect("it works");
    let entries = page.entries.iter();
    let texts =
        entries.map(|(key, entry)| format!("{key} {}", String::from_utf8_lossy(&entry.value)));
    texts.collect()
}

fn on(store: &Store) -> Sessions {
    Sessions::stored(store, "sessions").expect("a name")
}

#[tokio::test]
async fn a_session_is_gone_after_destroy_for_a_copy_too() {
    let mut browser = browser(stored());
    browser.put("/login/ann").await;
    let mut copy = browser.clone();
    assert_eq!(copy.get("/me").await, "\"ann\"");
    browser.delete("/session").await;
    assert_eq!(copy.send(Method::GET, "/me").await.status(), 401);
    copy.put("/values/key?value=a").await;
    assert_eq!(copy.send(Method::GET, "/me").await.status(), 401);
}

#[tokio::test]
async fn an_attacker_cannot_fix_the_id() {
    let store = Store::memory();
    // An id of the attacker's own session, and one that is made up.
    let mut attacker = browser(on(&store));
    attacker.put("/values/key?value=of%20the%20attacker").await;
    let own = attacker.cookie().1.to_owned();
    let made_up = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".to_owned();
    for id in [own, made_up] {
        let mut victim = attacker.other();
        victim.set_cookie("__Host-session", &id);
        victim.put("/login/victim").await;
        assert_ne!(victim.cookie().1, id);
        assert_eq!(victim.get("/me").await, "\"victim\"");
        attacker.set_cookie("__Host-session", &id);
        assert_eq!(attacker.send(Method::GET, "/me").await.status(), 401);
        // What the attacker had is gone with the old id.
        assert_eq!(attacker.get("/values/key").await, "null");
    }
}

#[tokio::test]
async fn an_id_that_is_made_up_gets_no_data() {
    let made_up = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let mut victim = browser(stored());
    victim.set_cookie("__Host-session", made_up);
    victim.put("/values/key?value=of%20the%20victim").await;
    assert_ne!(victim.cookie().1, made_up);
    let mut attacker = victim.other();
    attacker.set_cookie("__Host-session", made_up);
    assert_eq!(attacker.get("/values/key").await, "null");
}

#[tokio::test]
async fn the_old_id_is_gone_after_rotation() {
    let store = Store::memory();
    let mut browser = browser(on(&store));
    browser.put("/values/key?value=a").await;
    let mut old = browser.clone();
    browser.put("/rotate").await;
    assert_ne!(browser.cookie(), old.cookie());
    assert_eq!(old.get("/values/key").await, "null");
    assert_eq!(browser.get("/values/key").await, "\"a\"");
    assert_eq!(contents(&store).await.len(), 1);
}

#[tokio::test]
async fn the_store_has_no_id() {
    let store = Store::memory();
    let mut browser = browser(on(&store));
    browser.put("/values/key?value=a").await;
    let contents = contents(&store).await;
    assert_eq!(contents.len(), 1);
    assert!(!contents[0].contains(browser.cookie().1), "{contents:?}");
}

#[tokio::test]
async fn visitors_without_data_use_no_memory() {
    let store = Store::memory();
    let browser = browser(on(&store));
    for _ in 0..100 {
        let mut visitor = browser.other();
        visitor.get("/form").await;
        visitor.get("/values/key").await;
        visitor.get("/flash").await;
        assert_eq!(visitor.cookies.len(), 1);
        let token = visitor.get("/form").await;
        let response = visitor
            .post("/form", &[("csrf_token", &token), ("text", "a")])
            .await;
        assert_eq!(response.status(), 200);
    }
    assert_eq!(contents(&store).await, Vec::<String>::new());
}

#[tokio::test]
async fn requests_at_the_same_time_lose_no_key() {
    let parts = Parts::default();
    let mut browser = Browser::new(stored().around(parts.app()));
    browser.put("/values/first?value=a").await;
    parts.meeting.of(8);
    let mut running = Vec::new();
    for number in 0..8 {
        let mut browser = browser.clone();
        running.push(tokio::spawn(async move {
            let path = format!("/meet/key{number}?value={number}");
            assert_eq!(browser.put(&path).await.status(), 200);
        }));
    }
    for task in running {
        task.await.expect("it runs");
    }
    for number in 0..8 {
        let value = browser.get(&format!("/values/key{number}")).await;
        assert_eq!(value, format!("\"{number}\""));
    }
    assert_eq!(browser.get("/values/first").await, "\"a\"");
}

#[tokio::test]
async fn a_session_that_ends_meanwhile_stays_ended() {
    let store = Store::memory();
    let parts = Parts::default();
    let mut browser = Browser::new(on(&store).around(parts.app()));
    browser.put("/login/ann").await;
    parts.meeting.of(2);
    let (mut writing, mut ending) = (browser.clone(), browser.clone());
    let late = tokio::spawn(async move {
        // It has read its session, and writes when the other request is done.
        let response = writing.put("/meet/key?value=a").await;
        (
            response.status(),
            response.headers().contains_key("set-cookie"),
        )
    });
    let end = tokio::spawn(async move { ending.delete("/meet").await.status() });
    let (late, end) = (late.await.expect("it runs"), end.await.expect("it runs"));
    assert_eq!((late.0, end), (http::StatusCode::OK, http::StatusCode::OK));
    assert_eq!(contents(&store).await, Vec::<String>::new());
    assert_eq!(browser.send(Method::GET, "/me").await.status(), 401);
}

#[tokio::test]
async fn two_logins_at_the_same_time_leave_no_old_session() {
    let store = Store::memory();
    let parts = Parts::default();
    let mut browser = Browser::new(on(&store).around(parts.app()));
    browser.put("/values/key?value=a").await;
    parts.meeting.of(2);
    let logins = ["ann", "ben"].map(|name| {
        let mut browser = browser.clone();
        tokio::spawn(async move {
            browser.put(&format!("/meet-and-log-in/{name}")).await;
            (name, browser)
        })
    });
    for login in logins {
        let (name, mut browser) = login.await.expect("it runs");
        assert_eq!(browser.get("/me").await, format!("\"{name}\""));
    }
    assert_eq!(browser.get("/values/key").await, "null");
    assert_eq!(contents(&store).await.len(), 2);
}

#[tokio::test]
async fn a_store_that_fails_is_a_500() {
    let backend = Failing::default();
    let mut browser = browser(on(&backend.store()));
    browser.put("/values/key?value=a").await;
    backend.fail_reads(true);
    let response = browser.send(Method::GET, "/values/key").await;
    assert_eq!(response.status(), 500);
    assert!(!response.headers().contains_key("set-cookie"));
    assert_eq!(browser.get("/plain").await, "\"plain\"");
    backend.fail_reads(false);
    backend.fail_writes(true);
    for path in [
        "/values/key?value=b",
        "/rotate",
        "/restart?value=b",
        "/login/ann",
    ] {
        let response = browser.put(path).await;
        assert_eq!(response.status(), 500, "{path}");
        assert!(!response.headers().contains_key("set-cookie"), "{path}");
    }
    assert_eq!(browser.delete("/session").await.status(), 500);
    backend.fail_writes(false);
    assert_eq!(browser.get("/values/key").await, "\"a\"");
}

#[tokio::test]
async fn size_and_number_are_bounded() {
    let store = Store::memory();
    let namespace = NamespaceConfig::new("sessions").entries(2);
    let sessions = Sessions::stored(&store, namespace)
        .expect("a name")
        .max_bytes(1000);
    let mut first = browser(sessions);
    assert_eq!(first.put("/large?bytes=900").await.status(), 200);
    assert_eq!(first.put("/large?bytes=1000").await.status(), 500);
    assert_eq!(first.get("/values/key").await.len(), 902);
    let (mut second, mut third) = (first.other(), first.other());
    assert_eq!(second.put("/values/key?value=b").await.status(), 200);
    assert_eq!(third.put("/values/key?value=c").await.status(), 500);
    // Visitors without data still come, and sessions end.
    third.get("/form").await;
    second.delete("/session").await;
    assert_eq!(third.put("/values/key?value=c").await.status(), 200);
}

#[tokio::test]
async fn a_record_of_another_form_is_none() {
    let store = Store::memory();
    let mut browser = browser(on(&store));
    browser.put("/values/key?value=a").await;
    let sessions = store.namespace("sessions").expect("a name");
    let page = sessions.scan("", None, 1).await.expect("it works");
    let hour = std::time::Duration::from_secs(3600);
    sessions
        .put(&page.entries[0].0, "{\"v\":2}", hour)
        .await
        .expect("it works");
    assert_eq!(browser.get("/values/key").await, "null");
    assert_eq!(browser.put("/values/key?value=b").await.status(), 200);
    assert_eq!(browser.get("/values/key").await, "\"b\"");
}
