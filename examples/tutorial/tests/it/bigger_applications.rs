use crate::client::{client, detail, expect, get, missing};
use serde_json::{Value, json};
use tutorial::bigger_applications::app;

const TOKEN: (&str, &str) = ("x-token", "fake-super-secret-token");

#[tokio::test]
async fn with_both_tokens() {
    let client = client(app());
    for (path, status, body) in [
        (
            "/users/?token=jessica",
            200,
            json!([{"username": "Rick"}, {"username": "Morty"}]),
        ),
        ("/users/foo?token=jessica", 200, json!({"username": "foo"})),
        (
            "/users/me?token=jessica",
            200,
            json!({"username": "fakecurrentuser"}),
        ),
        (
            "/users/?token=monica",
            400,
            detail("No Jessica token provided"),
        ),
        (
            "/items/?token=jessica",
            200,
            json!({"plumbus": {"name": "Plumbus"}, "gun": {"name": "Portal Gun"}}),
        ),
        (
            "/items/plumbus?token=jessica",
            200,
            json!({"name": "Plumbus", "item_id": "plumbus"}),
        ),
        ("/items/bar?token=jessica", 404, detail("Item not found")),
        (
            "/?token=jessica",
            200,
            json!({"message": "Hello Bigger Applications!"}),
        ),
    ] {
        get(&client, path, &[TOKEN], status, body).await;
    }
}

#[tokio::test]
async fn without_a_token() {
    let client = client(app());
    for path in [
        "/users/",
        "/users/foo",
        "/users/me",
        "/items/",
        "/items/plumbus",
        "/",
    ] {
        get(&client, path, &[TOKEN], 422, missing(&[["query", "token"]])).await;
    }
    for path in ["/items/?token=jessica", "/items/plumbus?token=jessica"] {
        get(&client, path, &[], 422, missing(&[["header", "x-token"]])).await;
        let invalid = [("x-token", "invalid")];
        get(
            &client,
            path,
            &invalid,
            400,
            detail("X-Token header invalid"),
        )
        .await;
    }
    let both = missing(&[["query", "token"], ["header", "x-token"]]);
    expect(client.put("/items/foo"), 422, both).await;
}

#[tokio::test]
async fn changes() {
    let client = client(app());
    let plumbus = json!({"item_id": "plumbus", "name": "The great Plumbus"});
    let put = |path: &str| client.put(path).header(TOKEN.0, TOKEN.1);
    expect(put("/items/plumbus?token=jessica"), 200, plumbus).await;
    let only = detail("You can only update the item: plumbus");
    expect(put("/items/bar?token=jessica"), 403, only).await;
    let invalid = client.put("/items/foo").header("x-token", "invalid");
    expect(invalid, 400, detail("X-Token header invalid")).await;

    let admin = client
        .post("/admin/?token=jessica")
        .header(TOKEN.0, TOKEN.1);
    expect(admin, 200, json!({"message": "Admin getting schwifty"})).await;
    let invalid = client.post("/admin/").header("x-token", "invalid");
    expect(invalid, 400, detail("X-Token header invalid")).await;
}

#[tokio::test]
async fn the_document_has_the_settings_of_the_routers() {
    let client = client(app());
    let document: Value = client.get("/openapi.json").send().await.json().await;
    let operation = |path: &str, method: &str| document["paths"][path][method].clone();
    for (path, method, tags, described) in [
        ("/users/", "get", json!(["users"]), vec![]),
        (
            "/items/",
            "get",
            json!(["items"]),
            vec![("404", "Not found")],
        ),
        (
            "/items/{item_id}",
            "get",
            json!(["items"]),
            vec![("404", "Not found")],
        ),
        (
            "/items/{item_id}",
            "put",
            json!(["items", "custom"]),
            vec![("404", "Not found"), ("403", "Operation forbidden")],
        ),
        (
            "/admin/",
            "post",
            json!(["admin"]),
            vec![("418", "I'm a teapot")],
        ),
    ] {
        let operation = operation(path, method);
        assert_eq!(operation["tags"], tags, "{method} {path}");
        for (status, description) in described {
            assert_eq!(operation["responses"][status]["description"], description);
        }
    }
}

#[tokio::test]
async fn a_path_without_its_slash_is_a_redirect() {
    let client = client(app());
    let users = json!([{"username": "Rick"}, {"username": "Morty"}]);
    let request = client.get("/users?token=jessica");
    expect(request.follow_redirects(), 200, users).await;
    let response = client.get("/users?token=jessica").send().await;
    assert_eq!(response.status(), 307);
}
