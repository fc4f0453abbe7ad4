//! What is checked when an application is built.

use std::time::Duration;

use avocet::App;
use avocet_session::{Key, Sessions};

use crate::app::{Parts, stored};

fn mistakes(sessions: Sessions) -> Vec<String> {
    let error = sessions
        .around(App::new("Shop", "1.0.0"))
        .build()
        .expect_err("a mistake");
    error
        .mistakes()
        .iter()
        .map(|it| it.what().to_owned())
        .collect()
}

#[test]
fn a_mistake_names_its_setting() {
    let new = || Sessions::signed(Key::generate());
    for (sessions, expected) in [
        (
            new().cookie_name("a b"),
            "the cookie `__Host-a b` cannot be sent: its name",
        ),
        (new().cookie_name("a\r\nb"), "cannot be sent: its name"),
        (
            new().cookie_name("__Host-a").insecure_for_development(),
            "its prefix requires `secure`",
        ),
        (new().path("admin"), "its path does not start with `/`"),
        (
            new().domain("a; b"),
            "its value, path or domain has a character",
        ),
        (
            new().idle(Duration::ZERO),
            "`Sessions::idle` is 0ns, at least one second",
        ),
        (
            new().lifetime(Duration::from_millis(5)),
            "`Sessions::lifetime` is 5ms",
        ),
        (stored().max_bytes(0), "`Sessions::max_bytes` is 0"),
        (
            new().login_page("login"),
            "`Sessions::login_page` is `login`, an absolute path",
        ),
        (
            new().login_page("/a\nb"),
            "`Sessions::login_page` is `/a\nb`",
        ),
        (
            new().allow_origin("app.example.com"),
            "`app.example.com` is not an origin",
        ),
        (
            new().allow_origin("https://a.example/"),
            "`https://a.example/` is not an origin",
        ),
        (
            new().allow_origin("https://*.example"),
            "`https://*.example` is not an origin",
        ),
    ] {
        let mistakes = mistakes(sessions);
        assert_eq!(mistakes.len(), 1, "{mistakes:?}");
        assert!(mistakes[0].contains(expected), "{mistakes:?}");
    }
}

#[test]
fn v15_a_login_page_is_a_path_of_the_application() {
    for page in [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example/",
        "login",
        "/ \r\na: b",
    ] {
        let mistakes = mistakes(Sessions::signed(Key::generate()).login_page(page));
        assert_eq!(mistakes.len(), 1, "{page:?}: {mistakes:?}");
        assert!(
            mistakes[0].contains("an absolute path such as `/login` is required"),
            "{mistakes:?}"
        );
    }
    let sessions = Sessions::signed(Key::generate()).login_page("/login?again=1");
    assert!(sessions.around(App::new("Shop", "1.0.0")).build().is_ok());
}

#[test]
fn all_mistakes_are_reported_together() {
    let sessions = Sessions::signed(Key::generate())
        .idle(Duration::ZERO)
        .cookie_name("");
    assert_eq!(mistakes(sessions.login_page("")).len(), 2);
}

#[test]
fn an_application_without_sessions_does_not_start() {
    let error = Parts::default().app().build().expect_err("no sessions");
    let what = error.mistakes()[0].what();
    assert_eq!(
        what,
        "the operation takes a session, and the application has none: add them with `avocet_session::Sessions::around`"
    );
}

#[test]
fn sessions_are_added_once() {
    let app = stored().around(App::new("Shop", "1.0.0"));
    assert!(stored().around(app).build().is_err());
}

#[test]
fn settings_show_no_key() {
    let bytes: Vec<u8> = (100..164).collect();
    let sessions = Sessions::encrypted(Key::from_bytes(&bytes).expect("a key"));
    let shown = format!("{sessions:?}");
    assert!(
        shown.contains("Encrypted") && !shown.contains("100, 101"),
        "{shown}"
    );
}
