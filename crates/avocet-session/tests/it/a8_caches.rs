//! Row A8: caches do not give the response of one user to another.

use http::Method;

use crate::app::{browser, kinds};

#[tokio::test]
async fn a8_a_response_that_depends_on_a_session_is_not_stored() {
    for (kind, sessions) in kinds() {
        let mut browser = browser(sessions);
        for (method, path) in [
            (Method::GET, "/values/key"),
            (Method::PUT, "/values/key?value=a"),
            (Method::PUT, "/fails?value=a"),
            (Method::GET, "/me"),
            (Method::GET, "/stream"),
        ] {
            let response = browser.send(method, path).await;
            assert_eq!(response.header("vary"), "Cookie", "{kind} {path}");
            let cache = response.header("cache-control");
            assert!(
                ["no-store", "no-cache"].contains(&cache),
                "{kind} {path} {cache}"
            );
        }
        let response = browser.send(Method::GET, "/plain").await;
        assert!(!response.headers().contains_key("vary"), "{kind}");
        assert!(!response.headers().contains_key("cache-control"), "{kind}");
    }
}

#[tokio::test]
async fn a8_the_headers_of_a_handler_stay() {
    for (kind, sessions) in kinds() {
        let mut browser = browser(sessions);
        let response = browser.send(Method::GET, "/cached").await;
        assert_eq!(
            response.header("cache-control"),
            "private, max-age=60",
            "{kind}"
        );
        let vary = response.headers().get_all("vary").iter();
        assert_eq!(vary.collect::<Vec<_>>(), ["accept, cookie"], "{kind}");
    }
}
