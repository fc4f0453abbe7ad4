//! Sessions in cookies.

use avocet_session::{Key, Keys, Sessions};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::Method;

use crate::app::browser;

#[tokio::test]
async fn a_signed_cookie_can_be_read_and_an_encrypted_one_cannot() {
    let mut signed = browser(Sessions::signed(Key::generate()));
    signed.put("/values/key?value=my-secret-value").await;
    // The signature is 44 characters.
    let content = URL_SAFE_NO_PAD
        .decode(&signed.cookie().1[44..])
        .expect("base64");
    assert!(
        String::from_utf8(content)
            .expect("JSON")
            .contains("my-secret-value")
    );

    let mut encrypted = browser(Sessions::encrypted(Key::generate()));
    encrypted.put("/values/key?value=my-secret-value").await;
    let content = STANDARD.decode(encrypted.cookie().1).expect("base64");
    assert!(!String::from_utf8_lossy(&content).contains("my-secret-value"));
}

#[tokio::test]
async fn a_cookie_under_an_old_key_is_accepted_and_renewed() {
    let kinds: [fn(Keys) -> Sessions; 2] = [Sessions::signed, Sessions::encrypted];
    for new in kinds {
        let (old_key, new_key) = (Key::generate(), Key::generate());
        let mut old = browser(new(old_key.clone().into()));
        old.put("/values/key?value=a").await;
        let (name, value) = old.cookie();

        let mut both = browser(new(Keys::from(new_key.clone()).and(old_key)));
        both.set_cookie(name, value);
        assert_eq!(both.get("/values/key").await, "\"a\"");
        assert_ne!(both.cookie().1, value);
        // Once: now it is under the new key.
        let again = both.send(Method::GET, "/values/key").await;
        assert!(!again.headers().contains_key("set-cookie"));

        let mut only_new = browser(new(new_key.into()));
        only_new.set_cookie(name, value);
        assert_eq!(only_new.get("/values/key").await, "null");
        only_new.set_cookie(name, both.cookie().1);
        assert_eq!(only_new.get("/values/key").await, "\"a\"");
    }
}

#[tokio::test]
async fn a_session_that_does_not_fit_a_cookie_is_a_500() {
    for sessions in [
        Sessions::signed(Key::generate()),
        Sessions::encrypted(Key::generate()),
    ] {
        let mut browser = browser(sessions);
        browser.put("/values/key?value=small").await;
        assert_eq!(browser.put("/large?bytes=2800").await.status(), 200);
        let response = browser.put("/large?bytes=4000").await;
        assert_eq!(response.status(), 500);
        assert!(!response.headers().contains_key("set-cookie"));
        assert_eq!(browser.get("/values/key").await.len(), 2802);
    }
}
