//! Sessions.

use avocet::testing::{TestClient, TestResponse};
use avocet_store::Store;
use guide_examples::sessions::{app, without_a_store};

/// The session cookie that a response sets.
fn cookie(response: &TestResponse) -> String {
    let line = response.header("set-cookie");
    line.split(';').next().unwrap().to_owned()
}

/// The token in the form of a page.
fn token(page: &str) -> &str {
    let (_, rest) = page.split_once(r#"name="csrf_token" value=""#).unwrap();
    rest.split('"').next().unwrap()
}

// ANCHOR: test
#[tokio::test]
async fn ada_logs_in_and_out() {
    let client = TestClient::new(app(&Store::memory()).unwrap().build().unwrap());
    let page = client.get("/login").send().await;
    let visitor = cookie(&page);
    let page = page.text().await;
    let form = [
        ("csrf_token", token(&page)),
        ("name", "ada"),
        ("password", "correct horse"),
    ];
    client.clear_cookies();
    let response = client.post("/login").header("cookie", &visitor).form(&form);
    let response = response.send().await;
    assert_eq!(response.header("location"), "/");

    // The id from before the login is worth nothing.
    let ada = cookie(&response);
    assert_ne!(ada, visitor);
    client.clear_cookies();
    let response = client.get("/").header("cookie", &visitor).send().await;
    assert_eq!(response.status(), 401);

    client.clear_cookies();
    let response = client.get("/").header("cookie", &ada).send().await;
    let page = response.text().await;
    assert!(page.contains(r#"<p class="success">Welcome</p><h1>Hello ada</h1>"#));

    let form = [("csrf_token", token(&page))];
    client.clear_cookies();
    let response = client.post("/logout").header("cookie", &ada).form(&form);
    assert_eq!(response.send().await.header("location"), "/login");
    client.clear_cookies();
    let response = client.get("/").header("cookie", &ada).send().await;
    assert_eq!(response.status(), 401);
}
// ANCHOR_END: test

#[tokio::test]
async fn the_rest_of_the_chapter_is_true() {
    let client = TestClient::new(app(&Store::memory()).unwrap().build().unwrap());
    assert_eq!(client.open_operations().await, Vec::<String>::new());
    // A browser is sent to the login page.
    let request = client.get("/").header("accept", "text/html");
    let response = request.send().await;
    assert_eq!(response.status(), 303);
    assert_eq!(response.header("location"), "/login");
    // A form without a token, and one of another site.
    let page = client.get("/login").send().await;
    let visitor = cookie(&page);
    let page = page.text().await;
    let form = [("name", "ada"), ("password", "correct horse")];
    client.clear_cookies();
    let request = client.post("/login").header("cookie", &visitor).form(&form);
    assert_eq!(request.send().await.status(), 403);
    let form = [
        ("csrf_token", token(&page)),
        ("name", "ada"),
        ("password", "wrong"),
    ];
    client.clear_cookies();
    let request = client.post("/login").header("cookie", &visitor).form(&form);
    let evil = request.header("sec-fetch-site", "cross-site");
    assert_eq!(evil.send().await.status(), 403);
    // A wrong password.
    client.clear_cookies();
    let request = client.post("/login").header("cookie", &visitor).form(&form);
    let response = request.send().await;
    assert_eq!(response.header("location"), "/login");
    client.clear_cookies();
    let request = client.get("/login").header("cookie", &cookie(&response));
    let page = request.send().await.text().await;
    assert!(page.contains(r#"<p class="error">Wrong name or password</p>"#));
    let error = without_a_store().unwrap_err().to_string();
    assert!(error.contains("openssl rand -hex 64"), "{error}");
}
