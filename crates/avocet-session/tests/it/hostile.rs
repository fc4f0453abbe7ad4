//! Cookies that an attacker sends.

use avocet_session::{Key, Sessions};
use http::Method;

use crate::app::{browser, kinds, stored};

/// Whether the request has a session with data.
async fn has_session(browser: &crate::browser::Browser, cookie: &str) -> bool {
    browser.client.clear_cookies();
    let request = browser.client.get("/values/key").header("cookie", cookie);
    let response = request.send().await;
    assert_eq!(response.status(), 200, "{cookie}");
    response.text().await != "null"
}

#[tokio::test]
async fn a_tampered_or_truncated_cookie_is_none() {
    for (kind, sessions) in kinds() {
        let mut browser = browser(sessions);
        browser.put("/values/key?value=a").await;
        let (name, value) = browser.cookie();
        assert!(
            has_session(&browser, &format!("{name}={value}")).await,
            "{kind}"
        );
        for index in 0..value.len() {
            let mut changed = value.as_bytes().to_vec();
            changed[index] = if changed[index] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).expect("ASCII");
            assert!(
                !has_session(&browser, &format!("{name}={changed}")).await,
                "{kind} {index}"
            );
            let shorter = &value[..index];
            assert!(
                !has_session(&browser, &format!("{name}={shorter}")).await,
                "{kind} {index}"
            );
        }
        for more in [
            format!("{value}A"),
            format!("{value}{value}"),
            format!("\"{value}\""),
        ] {
            assert!(
                !has_session(&browser, &format!("{name}={more}")).await,
                "{kind} {more}"
            );
        }
    }
}

#[tokio::test]
async fn a_cookie_is_not_valid_under_another_name() {
    let key = Key::generate();
    let kinds: [fn(Key) -> Sessions; 2] = [Sessions::signed, Sessions::encrypted];
    for new in kinds {
        let mut shop = browser(new(key.clone()).cookie_name("shop"));
        let mut admin = browser(new(key.clone()).cookie_name("admin"));
        shop.put("/values/key?value=a").await;
        admin.put("/values/key?value=b").await;
        let (shop_value, admin_value) = (shop.cookie().1, admin.cookie().1);
        assert!(has_session(&shop, &format!("__Host-shop={shop_value}")).await);
        assert!(!has_session(&shop, &format!("__Host-shop={admin_value}")).await);
        assert!(!has_session(&admin, &format!("__Host-admin={shop_value}")).await);
        // Without the prefix, any host of the domain could have set it.
        assert!(!has_session(&shop, &format!("shop={shop_value}")).await);
        assert!(!has_session(&shop, &format!("__Secure-shop={shop_value}")).await);
    }
}

#[tokio::test]
async fn a_cookie_of_another_application_or_kind_is_none() {
    let key = Key::generate();
    let sessions = || {
        [
            Sessions::signed(key.clone()),
            Sessions::encrypted(key.clone()),
            Sessions::signed(Key::generate()),
            Sessions::encrypted(Key::generate()),
            stored(),
            stored(),
        ]
    };
    for (index, of_one) in sessions().into_iter().enumerate() {
        let mut one = browser(of_one);
        one.put("/values/key?value=a").await;
        let (name, value) = one.cookie();
        for (other_index, of_other) in sessions().into_iter().enumerate() {
            // The first two share their key with themselves alone.
            let is_same = index == other_index && index < 2;
            let has = has_session(&browser(of_other), &format!("{name}={value}")).await;
            assert_eq!(has, is_same, "{index} {other_index}");
        }
    }
}

#[tokio::test]
async fn a_thousand_junk_cookies_are_none() {
    for (kind, sessions) in kinds() {
        let mut browser = browser(sessions);
        browser.put("/values/key?value=a").await;
        let (name, value) = browser.cookie();
        let junk = (0..1000).map(|n| format!("junk{n}={n}; =; ;; {name}x={n}; "));
        let others = junk.collect::<Vec<_>>().concat();
        assert!(
            has_session(&browser, &format!("{others}{name}={value}")).await,
            "{kind}"
        );
        // Two of the name: an attacker on another host of the domain may have set one.
        let same = (0..1000).map(|n| format!("{name}={n}; "));
        let same = same.collect::<Vec<_>>().concat();
        assert!(
            !has_session(&browser, &format!("{same}{name}={value}")).await,
            "{kind}"
        );
        assert!(
            !has_session(&browser, &format!("{name}={value}; {name}={value}")).await,
            "{kind}"
        );
        let long = "A".repeat(100_000);
        assert!(
            !has_session(&browser, &format!("{name}={long}")).await,
            "{kind}"
        );
    }
}

#[tokio::test]
async fn text_of_a_user_cannot_end_the_header() {
    for (kind, sessions) in kinds() {
        let mut browser = browser(sessions);
        for value in [
            "a%0D%0Aset-cookie%3A%20b%3Dc",
            "a%3B%20Domain%3Devil.example",
            "%00%22%2C",
        ] {
            let response = browser.put(&format!("/values/key?value={value}")).await;
            assert_eq!(response.status(), 200, "{kind}");
            assert_eq!(
                response.headers().get_all("set-cookie").iter().count(),
                1,
                "{kind}"
            );
            let cookie = response.header("set-cookie");
            assert!(
                cookie.ends_with("; HttpOnly; SameSite=Lax; Secure"),
                "{kind} {cookie}"
            );
            assert!(!cookie.contains("evil"), "{kind} {cookie}");
        }
    }
}

#[tokio::test]
async fn junk_begins_no_session() {
    for (kind, sessions) in kinds() {
        let browser = browser(sessions);
        for value in ["", "a", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
            let cookie = format!("__Host-session={value}");
            let request = browser.client.request(Method::GET, "/values/key");
            let response = request.header("cookie", &cookie).send().await;
            assert!(
                !response.headers().contains_key("set-cookie"),
                "{kind} {value}"
            );
        }
    }
}
