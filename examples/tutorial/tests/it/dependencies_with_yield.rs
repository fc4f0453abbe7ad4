use crate::client::{client, detail, get};
use serde_json::json;
use tutorial::dependencies_with_yield::{Log, app};

#[tokio::test]
async fn the_last_one_is_closed_first() {
    let log = Log::default();
    get(&client(app(log.clone())), "/c", &[], 200, json!("c")).await;
    assert_eq!(log.lines(), ["close c with b", "close b with a", "close a"]);
}

#[tokio::test]
async fn an_error_of_the_owner() {
    let client = client(app(Log::default()));
    get(&client, "/items/foo", &[], 404, detail("Item not found")).await;
    get(
        &client,
        "/items/plumbus",
        &[],
        400,
        detail("Owner error: Rick"),
    )
    .await;
    let gun = json!({"description": "Gun to create portals", "owner": "Rick"});
    get(&client, "/items/portal-gun", &[], 200, gun).await;
}

#[tokio::test]
async fn the_clean_up_sees_how_the_request_ended() {
    let log = Log::default();
    let client = client(app(log.clone()));
    let not_found = detail("Item not found, there's only a plumbus here");
    get(&client, "/dangerous/foo", &[], 404, not_found).await;
    get(&client, "/dangerous/plumbus", &[], 200, json!("plumbus")).await;
    let internal = detail("Internal Server Error");
    get(&client, "/dangerous/portal-gun", &[], 500, internal).await;
    assert_eq!(
        log.lines(),
        ["Failed(404)", "Succeeded(200)", "Failed(500)"]
    );
}
