//! Whose key it is: of a caller, a host, a method and a path.

use super::*;

#[tokio::test]
async fn a_key_belongs_to_caller_method_and_path() {
    let work = Work::new(99);
    let client = client(&work, idempotency(&memory().0));
    let send = async |request: TestRequest| {
        request
            .header("idempotency-key", "one")
            .json(&1)
            .send()
            .await
            .status()
    };
    let runs = [
        client.post("/orders"),
        client.patch("/orders"),
        client.post("/texts"),
        client.post("/orders").header("authorization", "Bearer a"),
        client.post("/orders").header("authorization", "Bearer b"),
        client.post("/orders").header("cookie", "session=a"),
        client.post("/orders").header("x-api-key", "a"),
        // Other methods have no keys.
        client.put("/orders"),
        client.put("/orders"),
    ];
    let expected = runs.len();
    for request in runs {
        // A cookie that a response has set would make the client another caller.
        client.clear_cookies();
        assert!(send(request).await.is_success());
    }
    assert_eq!(work.runs(), expected);
    let again = keyed(&client, "/orders", "one")
        .header("authorization", "Bearer b")
        .json(&1);
    assert!(is_replayed(&again.send().await));
    assert_eq!(work.runs(), expected);
}

#[post("/paid")]
async fn paid(
    #[extract(avocet::security::ApiKey::query("key"))] key: avocet::types::Secret<String>,
    #[state] work: Work,
) -> usize {
    work.run().await + key.expose().len()
}

#[tokio::test]
async fn a_key_belongs_to_a_host_and_to_an_api_key_in_the_query() {
    let work = Work::new(9);
    let app = app(&work, idempotency(&memory().0)).routes(routes![paid]);
    let client = TestClient::new(app.build().expect("it builds"));
    for (host, replayed) in [
        ("a.example", false),
        ("A.example", true),
        ("b.example", false),
    ] {
        let request = keyed(&client, "/orders", "one").header("host", host);
        let response = request.json(&1).send().await;
        assert_eq!(response.status(), 201, "{host}");
        assert_eq!(is_replayed(&response), replayed, "{host}");
    }
    for (key, replayed) in [("ann", false), ("ben", false), ("ann", true)] {
        let response = keyed(&client, &format!("/paid?key={key}"), "one")
            .send()
            .await;
        assert_eq!(response.status(), 200, "{key}");
        assert_eq!(is_replayed(&response), replayed, "{key}");
    }
}

#[post("/carts")]
async fn cart(
    #[extract(avocet::security::ApiKey::cookie("session"))] key: avocet::types::Secret<String>,
    #[cookie] tenant: Option<String>,
    #[state] work: Work,
) -> usize {
    work.run().await + key.expose().len() + tenant.map_or(0, |it| it.len())
}

#[tokio::test]
async fn only_the_cookies_that_an_operation_reads_are_the_callers() {
    let work = Work::new(9);
    let app = app(&work, idempotency(&memory().0)).routes(routes![cart]);
    let client = TestClient::new(app.build().expect("it builds"));
    for (cookies, replayed) in [
        ("session=ann; visits=1", false),
        ("visits=2; session=ann", true),
        ("session=ann", true),
        ("session=ben; visits=1", false),
        ("session=ann; tenant=b", false),
        ("theme=dark; tenant=b;session=ann", true),
    ] {
        let request = keyed(&client, "/carts", "one").header("cookie", cookies);
        let response = request.send().await;
        assert_eq!(response.status(), 200, "{cookies}");
        assert_eq!(is_replayed(&response), replayed, "{cookies}");
    }
    // No scheme of this operation names a cookie, so each can be the credentials.
    for (cookies, replayed) in [("a=1", false), ("a=1", true), ("a=2", false)] {
        client.clear_cookies();
        let request = keyed(&client, "/orders", "two").header("cookie", cookies);
        let response = request.json(&1).send().await;
        assert_eq!(is_replayed(&response), replayed, "{cookies}");
    }
}

#[tokio::test]
async fn a_caller_can_be_determined_by_the_application() {
    let work = Work::new(9);
    let user = |request: &Request| Some(request.headers().get("x-user")?.to_str().ok()?.to_owned());
    let client = client(&work, idempotency(&memory().0).caller(user));
    for (user, token, replayed) in [("ann", "a", false), ("ann", "b", true), ("ben", "a", false)] {
        let request = keyed(&client, "/orders", "one")
            .header("x-user", user)
            .header("authorization", token);
        assert_eq!(
            is_replayed(&request.json(&1).send().await),
            replayed,
            "{user} {token}"
        );
    }
}
