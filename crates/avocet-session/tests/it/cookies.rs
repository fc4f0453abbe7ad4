//! The session cookie: its name and its attributes.

use std::time::Duration;

use avocet::response::SameSite;
use avocet_session::{Key, Sessions};

use crate::app::browser;

#[tokio::test]
async fn every_attribute_is_that_of_the_settings() {
    let new = || Sessions::signed(Key::generate());
    let day = "Max-Age=86400";
    for (sessions, name, attributes) in [
        (
            new(),
            "__Host-session",
            format!("Path=/; {day}; HttpOnly; SameSite=Lax; Secure"),
        ),
        (
            new().domain("shop.example"),
            "__Secure-session",
            format!("Path=/; {day}; Domain=shop.example; HttpOnly; SameSite=Lax; Secure"),
        ),
        (
            new().path("/admin").cookie_name("admin"),
            "__Secure-admin",
            format!("Path=/admin; {day}; HttpOnly; SameSite=Lax; Secure"),
        ),
        (
            new().same_site(SameSite::None).partitioned(),
            "__Host-session",
            format!("Path=/; {day}; HttpOnly; SameSite=None; Secure; Partitioned"),
        ),
        (
            new().same_site(SameSite::Strict).until_browser_closes(),
            "__Host-session",
            "Path=/; HttpOnly; SameSite=Strict; Secure".to_owned(),
        ),
        (
            new().insecure_for_development(),
            "session",
            format!("Path=/; {day}; HttpOnly; SameSite=Lax"),
        ),
        (
            new()
                .idle(Duration::from_secs(60))
                .lifetime(Duration::from_secs(30)),
            "__Host-session",
            "Path=/; Max-Age=30; HttpOnly; SameSite=Lax; Secure".to_owned(),
        ),
    ] {
        assert_eq!(sessions.full_cookie_name(), name);
        let mut browser = browser(sessions);
        let response = browser.put("/values/key?value=a").await;
        let (pair, rest) = response
            .header("set-cookie")
            .split_once("; ")
            .expect("attributes");
        assert!(pair.starts_with(&format!("{name}=")), "{pair}");
        assert_eq!(rest, attributes);
    }
}
