//! What each user can do.

use avocet::testing::TestClient;
use serde_json::{Value, json};

fn client() -> TestClient {
    TestClient::new(shop::app().build().expect("it builds"))
}

/// `name:password` in base64.
const ADA: &str = "Basic YWRhOmxvdmVsYWNl";
const BOB: &str = "Basic Ym9iOmJ1aWxkZXI=";

async fn login(client: &TestClient, credentials: &str) -> String {
    let request = client.post("/login").header("authorization", credentials);
    let token: Value = request.send().await.json().await;
    format!(
        "Bearer {}",
        token["access_token"].as_str().expect("a token")
    )
}

async fn add(client: &TestClient, user: &str, name: &str) -> Value {
    let request = client.post("/items").header("authorization", user);
    let response = request
        .json(&json!({"name": name, "price": 3}))
        .send()
        .await;
    assert_eq!(response.status(), 201);
    response.json().await
}

async fn get(client: &TestClient, user: &str, path: &str) -> (u16, Value) {
    let response = client.get(path).header("authorization", user).send().await;
    (response.status().as_u16(), response.json().await)
}

#[tokio::test]
async fn nothing_is_open() {
    assert_eq!(client().open_operations().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_wrong_password_or_token_is_a_401() {
    let client = client();
    for (path, credentials) in [("/login", "Basic YWRhOmJ1aWxkZXI="), ("/login", ADA)] {
        let request = client.post(path).header("authorization", credentials);
        let expected = if credentials == ADA { 200 } else { 401 };
        assert_eq!(request.send().await.status(), expected, "{credentials}");
    }
    assert_eq!(get(&client, "Bearer unknown", "/items").await.0, 401);
}

#[tokio::test]
async fn users_have_their_own_items() {
    let client = client();
    let (ada, bob) = (login(&client, ADA).await, login(&client, BOB).await);
    let tea = add(&client, &ada, "tea").await;
    let path = format!("/items/{}", tea["id"].as_str().expect("an id"));
    for request in [client.put(&path), client.delete(&path)] {
        let request = request.header("authorization", &bob);
        let response = request
            .json(&json!({"name": "mine", "price": 1}))
            .send()
            .await;
        assert_eq!(response.status(), 404);
    }
    assert_eq!(get(&client, &bob, &path).await.0, 404);
    assert_eq!(tea["owner"], "ada");
    assert_eq!(get(&client, &ada, &path).await, (200, tea.clone()));
    let request = client.put(&path).header("authorization", &ada);
    request
        .json(&json!({"name": "coffee", "price": 4}))
        .send()
        .await;
    let coffee = json!({"id": tea["id"], "owner": "ada", "name": "coffee", "price": 4});
    assert_eq!(get(&client, &ada, &path).await, (200, coffee));
    let request = client.delete(&path).header("authorization", &ada);
    assert_eq!(request.send().await.status(), 204);
    assert_eq!(get(&client, &ada, &path).await.0, 404);
}

#[tokio::test]
async fn lists_come_in_pages_and_an_admin_sees_all() {
    let client = client();
    let (ada, bob) = (login(&client, ADA).await, login(&client, BOB).await);
    for (user, name) in [(&bob, "nail"), (&ada, "tea"), (&bob, "saw")] {
        add(&client, user, name).await;
    }
    let names = |page: &Value| {
        let items = page["items"].as_array().expect("a list");
        let names: Vec<_> = items.iter().map(|item| item["name"].clone()).collect();
        (json!(names), page["total"].clone())
    };
    let mine = get(&client, &bob, "/items?offset=1").await.1;
    assert_eq!(names(&mine), (json!(["saw"]), json!(2)));
    let all = get(&client, &ada, "/admin/items?limit=2").await.1;
    assert_eq!(names(&all), (json!(["nail", "tea"]), json!(3)));
    assert_eq!(get(&client, &bob, "/admin/items").await.0, 403);
    assert_eq!(get(&client, &ada, "/items?limit=101").await.0, 422);
}
