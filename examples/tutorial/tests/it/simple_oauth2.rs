use crate::client::{client, detail, expect, get};
use serde_json::json;
use tutorial::simple_oauth2::app;

#[tokio::test]
async fn a_login() {
    let client = client(app());
    for (username, password, status, body) in [
        (
            "johndoe",
            "secret",
            200,
            json!({"access_token": "johndoe", "token_type": "bearer"}),
        ),
        (
            "johndoe",
            "incorrect",
            400,
            detail("Incorrect username or password"),
        ),
        (
            "foo",
            "secret",
            400,
            detail("Incorrect username or password"),
        ),
    ] {
        let form = [("username", username), ("password", password)];
        expect(client.post("/token").form(&form), status, body).await;
    }
}

#[tokio::test]
async fn the_current_user() {
    let client = client(app());
    let john = json!({
        "username": "johndoe",
        "full_name": "John Doe",
        "email": "johndoe@example.com",
        "disabled": false,
    });
    get(
        &client,
        "/users/me",
        &[("authorization", "Bearer johndoe")],
        200,
        john,
    )
    .await;
    let alice = [("authorization", "Bearer alice")];
    get(&client, "/users/me", &alice, 400, detail("Inactive user")).await;
    for headers in [
        &[][..],
        &[("authorization", "Bearer nonexistent")],
        &[("authorization", "Notexistent testtoken")],
    ] {
        let headers = get(
            &client,
            "/users/me",
            headers,
            401,
            detail("Not authenticated"),
        )
        .await;
        assert_eq!(headers["www-authenticate"], "Bearer");
    }
}
