//! Row A18: requests that pages of other sites cause.

use avocet::testing::{TestForm, TestRequest};
use avocet_session::{Key, Sessions};
use http::Method;

use crate::app::{Parts, browser, kinds, stored};
use crate::browser::Browser;

/// The status of a request with these headers.
async fn status(request: TestRequest, headers: &[(&str, &str)]) -> u16 {
    let request = headers.iter().fold(request, |request, (name, value)| {
        request.header(name, value)
    });
    request.send().await.status().as_u16()
}

#[tokio::test]
async fn a18_requests_of_other_origins_are_rejected() {
    for (kind, sessions) in kinds() {
        let parts = Parts::default();
        let sessions = sessions.allow_origin("https://app.example");
        let mut browser = Browser::new(sessions.around(parts.app()));
        browser.put("/login/ann").await;
        let own = ("origin", "https://shop.example");
        let evil = ("origin", "https://evil.example");
        let app = ("origin", "https://app.example");
        let site = |value| ("sec-fetch-site", value);
        for (headers, expected) in [
            (&[][..], 200),
            (&[site("same-origin")], 200),
            (&[site("none")], 200),
            (&[site("same-origin"), own], 200),
            (&[own], 200),
            (&[app], 200),
            (&[site("cross-site"), app], 200),
            (&[site("same-site"), app], 200),
            (&[site("same-site")], 403),
            (&[site("cross-site")], 403),
            (&[site("cross-site"), evil], 403),
            // The browser says that it is another site, whatever the origin is.
            (&[site("cross-site"), own], 403),
            (&[site("Same-Origin")], 403),
            (&[site("")], 403),
            (&[site("same-origin"), site("cross-site")], 403),
            (&[site("cross-site"), app, evil], 403),
            (&[evil], 403),
            (&[own, evil], 403),
            (&[("origin", "null")], 403),
            (&[("origin", "https://shop.example.evil.example")], 403),
        ] {
            for method in [Method::PUT, Method::DELETE, Method::POST] {
                let (path, body) = match method {
                    Method::PUT => ("/values/key?value=a", None),
                    Method::POST => ("/json", Some(7)),
                    _ => ("/values/key", None),
                };
                let request = browser.request(method.clone(), path);
                let request = match body {
                    Some(body) => request.json(&body),
                    None => request,
                };
                let status = status(request, headers).await;
                assert_eq!(status, expected, "{kind} {method} {headers:?}");
            }
            // Reading is allowed: the browser keeps the page from the response.
            let reading = status(browser.request(Method::GET, "/me"), headers).await;
            assert_eq!(reading, 200, "{kind} {headers:?}");
        }
    }
}

#[tokio::test]
async fn a18_an_operation_without_a_session_is_checked_if_the_cookie_is_there() {
    let mut browser = browser(stored());
    let evil = [("sec-fetch-site", "cross-site")];
    // A JSON API is not concerned, with or without a bearer token.
    let bearer = [
        ("sec-fetch-site", "cross-site"),
        ("authorization", "Bearer a"),
    ];
    for headers in [&evil[..], &bearer, &[("origin", "https://evil.example")]] {
        let request = browser.request(Method::POST, "/api").json(&7);
        assert_eq!(status(request, headers).await, 200);
    }
    browser.put("/login/ann").await;
    let request = browser.request(Method::POST, "/api").json(&7);
    assert_eq!(status(request, &evil).await, 403);
    let request = browser.request(Method::POST, "/api").json(&7);
    assert_eq!(
        status(request, &[("sec-fetch-site", "same-origin")]).await,
        200
    );
}

#[tokio::test]
async fn a18_a_form_needs_the_token_of_its_session() {
    for (kind, sessions) in kinds() {
        let parts = Parts::default();
        let mut ann = Browser::new(sessions.around(parts.app()));
        let mut eve = ann.other();
        let token = ann.get("/form").await;
        let of_eve = eve.get("/form").await;
        assert_eq!(token.len(), 86, "{kind}");
        let mut changed = token.clone();
        changed.replace_range(..1, if token.starts_with('A') { "B" } else { "A" });
        for wrong in ["", "a", &of_eve, &changed, &token[1..], &"A".repeat(86)] {
            let response = ann
                .post("/form", &[("csrf_token", wrong), ("text", "a")])
                .await;
            assert_eq!(response.status(), 403, "{kind} {wrong}");
        }
        let response = ann.post("/form", &[("text", "a"), ("token", &token)]).await;
        assert_eq!(response.status(), 403, "{kind}");
        let message = response.text().await;
        assert!(
            message.contains("The form has no valid CSRF token: reload the page"),
            "{message}"
        );
        assert_eq!(parts.runs.count(), 0, "{kind}");

        let response = ann
            .post("/form", &[("csrf_token", &token), ("text", "a")])
            .await;
        assert_eq!(response.text().await, "\"a true\"", "{kind}");
        let response = ann
            .post("/form", &[("text", "a"), ("csrf_token", &token)])
            .await;
        assert_eq!(response.status(), 200, "{kind}");
        assert_eq!(parts.runs.count(), 2, "{kind}");

        // Another origin does not get through with a token either.
        let request = ann
            .request(Method::POST, "/form")
            .header("sec-fetch-site", "cross-site");
        let request = request.form(&[("csrf_token", &token), ("text", "a")]);
        assert_eq!(request.send().await.status(), 403, "{kind}");
    }
}

#[tokio::test]
async fn a18_a_login_form_of_another_site_is_rejected() {
    // Without a cookie, so that the victim works in the session of the attacker.
    let mut attacker = browser(stored());
    let token = attacker.get("/form").await;
    let victim = attacker.other();
    for headers in [
        &[("sec-fetch-site", "cross-site")][..],
        &[("origin", "https://evil.example")],
        // An old browser that sends neither.
        &[],
    ] {
        let request = victim.request(Method::POST, "/form");
        let request = request.form(&[("csrf_token", &token), ("text", "a")]);
        assert_eq!(status(request, headers).await, 403, "{headers:?}");
    }
}

#[tokio::test]
async fn a18_every_content_type_of_a_form_needs_a_token() {
    let parts = Parts::default();
    let mut browser = Browser::new(stored().around(parts.app()));
    browser.put("/login/ann").await;
    for (content_type, expected) in [
        (Some("application/x-www-form-urlencoded"), 403),
        (
            Some("Application/X-WWW-Form-Urlencoded; charset=utf-8"),
            403,
        ),
        (Some("multipart/form-data; boundary=a"), 403),
        (Some("text/plain"), 403),
        (Some("text/plain;application/json"), 403),
        (Some(" "), 403),
        (None, 403),
        (Some("application/json"), 200),
        (Some("application/json; charset=utf-8"), 200),
    ] {
        let request = browser.request(Method::POST, "/json").body("7");
        let request = content_type
            .into_iter()
            .fold(request, |request, it| request.header("content-type", it));
        let status = status(request, &[("sec-fetch-site", "same-origin")]).await;
        assert_eq!(status, expected, "{content_type:?}");
    }
    assert_eq!(parts.runs.count(), 2);
}

#[tokio::test]
async fn a18_the_token_of_a_file_form_is_its_first_field() {
    let mut browser = browser(stored());
    let token = browser.get("/form").await;
    let file = vec![b'x'; 40_000];
    let with_token = |form: TestForm| form.text("csrf_token", &token);
    let with_file = |form: TestForm| form.file("file", "a.txt", "text/plain", file.clone());
    for (form, expected) in [
        (with_file(with_token(TestForm::new())), 200),
        (with_file(TestForm::new()), 403),
        // Behind 16 KiB.
        (with_token(with_file(TestForm::new())), 403),
    ] {
        let response = browser
            .request(Method::POST, "/upload")
            .multipart(form)
            .send()
            .await;
        assert_eq!(response.status(), expected);
        if expected == 200 {
            assert_eq!(response.text().await, "40000");
        }
    }
    // A script sends the header.
    let request = browser
        .request(Method::POST, "/upload")
        .multipart(with_file(TestForm::new()));
    assert_eq!(status(request, &[("x-csrf-token", &token)]).await, 200);
}

#[tokio::test]
async fn a18_tokens_differ_and_stay_valid_in_other_tabs() {
    for (kind, sessions) in kinds() {
        let mut browser = browser(sessions);
        let first = browser.get("/form").await;
        let second = browser.get("/form").await;
        assert_ne!(first, second, "{kind}");
        browser.put("/values/key?value=a").await;
        let third = browser.get("/form").await;
        for token in [&first, &second, &third] {
            let response = browser
                .post("/form", &[("csrf_token", token), ("text", "a")])
                .await;
            assert_eq!(response.status(), 200, "{kind}");
        }
        // After the login they are those of another session.
        browser.put("/login/ann").await;
        for token in [&first, &second, &third] {
            let response = browser
                .post("/form", &[("csrf_token", token), ("text", "a")])
                .await;
            assert_eq!(response.status(), 403, "{kind}");
        }
        let token = browser.get("/form").await;
        let response = browser
            .post("/form", &[("csrf_token", &token), ("text", "a")])
            .await;
        assert_eq!(response.status(), 200, "{kind}");
    }
}

#[tokio::test]
async fn a18_the_token_of_a_page_that_begins_the_session_is_valid() {
    for (kind, sessions) in kinds() {
        let mut browser = browser(sessions);
        for visit in 0..3 {
            let token = browser.get("/form-with-data").await;
            let response = browser
                .post("/form", &[("csrf_token", &token), ("text", "a")])
                .await;
            assert_eq!(response.status(), 200, "{kind} {visit}");
        }
        // And of a page without data before it.
        let mut other = browser.other();
        other.get("/form").await;
        let token = other.get("/form-with-data").await;
        let response = other
            .post("/form", &[("csrf_token", &token), ("text", "a")])
            .await;
        assert_eq!(response.status(), 200, "{kind}");
    }
}

#[tokio::test]
async fn a18_an_operation_can_be_exempt() {
    let mut browser = browser(Sessions::signed(Key::generate()));
    browser.put("/values/state?value=s1").await;
    let request = browser
        .request(Method::POST, "/callback")
        .form(&[("state", "s1")]);
    let response = request.header("sec-fetch-site", "cross-site").send().await;
    assert_eq!(response.text().await, "true");
}

#[tokio::test]
async fn a18_the_host_is_that_of_the_request() {
    let mut browser = browser(stored());
    browser.put("/login/ann").await;
    for (origin, expected) in [
        ("http://shop.example", 200),
        ("https://shop.example:443", 200),
        ("https://SHOP.example", 200),
        ("https://shop.example:8443", 403),
        ("https://example", 403),
    ] {
        let request = browser.request(Method::PUT, "/values/key?value=a");
        assert_eq!(
            status(request, &[("origin", origin)]).await,
            expected,
            "{origin}"
        );
    }
}

#[tokio::test]
async fn a18_the_host_of_http2_is_that_of_the_target() {
    use tower_service::Service;

    let app = stored().around(Parts::default().app());
    let service = app.build().expect("it builds");
    let mut browser = browser(Sessions::signed(Key::generate()));
    browser.client = avocet::testing::TestClient::new(service.clone());
    browser.put("/login/ann").await;
    let (name, value) = browser.cookie();
    for (origin, expected) in [
        ("https://shop.example", 200),
        ("https://evil.example", 403),
        ("null", 403),
    ] {
        let mut service = service.clone();
        let request = http::Request::put("https://shop.example/values/key?value=a")
            .version(http::Version::HTTP_2)
            .header("cookie", format!("{name}={value}"))
            .header("origin", origin)
            .body(avocet::response::ResponseBody::empty())
            .expect("a request");
        let Ok(response) = service.call(request).await;
        assert_eq!(response.status(), expected, "{origin}");
    }
}

#[tokio::test]
async fn a18_the_token_is_found_in_a_body_that_comes_in_pieces() {
    use std::convert::Infallible;
    use std::pin::Pin;
    use std::task::{Context, Poll};

    use bytes::Bytes;
    use http_body::{Body, Frame};
    use tower_service::Service;

    struct Bytewise(std::vec::IntoIter<u8>);

    impl Body for Bytewise {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
            let byte = self.0.next().map(|byte| Bytes::from(vec![byte]));
            Poll::Ready(byte.map(|byte| Ok(Frame::data(byte))))
        }
    }

    let sessions = stored();
    let mut service = sessions
        .around(Parts::default().app())
        .build()
        .expect("it builds");
    let mut browser = browser(Sessions::signed(Key::generate()));
    browser.client = avocet::testing::TestClient::new(service.clone());
    let token = browser.get("/form").await;
    let (name, value) = browser.cookie();
    let text = "a".repeat(20_000);
    for (before, expected) in [(0, 200), (10_000, 200), (16_384, 403)] {
        let field = "b".repeat(before);
        let body = format!("before={field}&csrf_token={token}&text={text}");
        let request = http::Request::post("/form")
            .header("host", "shop.example")
            .header("cookie", format!("{name}={value}"))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Bytewise(body.into_bytes().into_iter()))
            .expect("a request");
        let Ok(response) = service.call(request).await;
        assert_eq!(response.status(), expected, "{before}");
    }
}
