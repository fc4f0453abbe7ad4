//! Stored responses.

use std::time::Duration;

use avocet::Router;
use avocet::context::{Caller, Context};
use avocet::depend::Requirement;
use avocet::prelude::*;
use avocet::testing::TestClient;
use avocet_ai::generate::Role;
use avocet_store::{Clock, NamespaceConfig, Store};
use serde_json::{Value, json};

use super::{RESPONSES, app, ask, conversation, create, error, get, openai, stored};
use crate::script::{Script, post};

#[tokio::test]
async fn a_response_continues_the_whole_conversation() {
    let script = Script::text(&["One."]);
    let client = stored(script.clone());
    let first = create(&client, &json!({"instructions": "Be brief."})).await;
    assert_eq!(first["store"], true);
    let second = create(
        &client,
        &json!({"previous_response_id": first["id"], "input": "Next"}),
    )
    .await;
    let members = json!({"previous_response_id": second["id"], "input": "More", "stream": true});
    let third = post(&client, RESPONSES, &ask(&members)).await.text().await;
    let user = |text: &str| (Role::User, text.to_owned());
    let model = || (Role::Assistant, "One.".to_owned());
    let expected = [user("Hi"), model(), user("Next"), model(), user("More")];
    assert_eq!(conversation(&script), expected);

    // A stream is stored before its last event.
    let last = third.split("data: ").last().unwrap();
    let last: Value = serde_json::from_str(last.trim()).unwrap();
    let found: Value = get(&client, &last["response"]["id"], "").await.json().await;
    assert_eq!(found, last["response"]);

    // Items that refer to the output of a response.
    let reference = json!([{"type": "item_reference", "id": first["output"][0]["id"]}, {"role": "user", "content": "?"}]);
    create(&client, &json!({"input": reference})).await;
    assert_eq!(conversation(&script), [model(), user("?")]);
}

#[tokio::test]
async fn the_items_before_a_response_are_listed_in_pages() {
    let client = stored(Script::text(&["One."]));
    let first = create(&client, &json!({})).await;
    let members = json!({"previous_response_id": first["id"], "input": "Next"});
    let second = create(&client, &members).await;
    let page = get(&client, &second["id"], "/input_items?order=asc&limit=2").await;
    let page: Value = page.json().await;
    assert_eq!(page["data"][0]["content"][0]["text"], "Hi");
    assert_eq!(page["data"][1], {
        let mut message = first["output"][0].clone();
        let part = message["content"][0].as_object_mut().unwrap();
        part.remove("logprobs");
        message
    });
    assert_eq!(page["has_more"], true);
    let after = page["last_id"].as_str().unwrap();
    let rest = format!("/input_items?order=asc&after={after}");
    let page: Value = get(&client, &second["id"], &rest).await.json().await;
    assert_eq!(page["data"][0]["content"][0]["text"], "Next");
    assert_eq!(
        (&page["has_more"], page["data"].as_array().unwrap().len()),
        (&json!(false), 1)
    );
    let newest: Value = get(&client, &second["id"], "/input_items?limit=1")
        .await
        .json()
        .await;
    assert_eq!(newest["data"], page["data"]);
    let lost = get(&client, &second["id"], "/input_items?after=msg_0").await;
    assert_eq!(error(lost).await.0, 404);
    let zero = get(&client, &second["id"], "/input_items?limit=0").await;
    assert_eq!(error(zero).await, (400, "limit".to_owned(), String::new()));
}

#[tokio::test]
async fn responses_are_deleted_and_expire() {
    let clock = Clock::manual();
    let store = Store::memory().with_clock(clock.clone());
    let openai = openai(Script::text(&["One."])).store(store.namespace("responses").unwrap());
    let client = TestClient::new(app(openai.response_ttl(Duration::from_secs(60))));
    let first = create(&client, &json!({})).await;
    let second = create(&client, &json!({})).await;
    let path = format!("{RESPONSES}/{}", first["id"].as_str().unwrap());
    let deleted: Value = client.delete(&path).send().await.json().await;
    assert_eq!(
        deleted,
        json!({"id": first["id"], "object": "response", "deleted": true})
    );
    let again = client.delete(&path).send().await;
    let not_found = (404, "response_id".to_owned(), "not_found".to_owned());
    assert_eq!(error(again).await, not_found);
    assert_eq!(get(&client, &second["id"], "").await.status(), 200);
    clock.advance(Duration::from_secs(61));
    assert_eq!(
        error(get(&client, &second["id"], "").await).await,
        not_found
    );
    let unstored = create(&client, &json!({"store": false})).await;
    assert_eq!(
        error(get(&client, &unstored["id"], "").await).await,
        not_found
    );
}

#[tokio::test]
async fn a_conversation_over_the_limit_is_rejected() {
    let script = Script::text(&["One."]);
    let config = NamespaceConfig::new("responses").value_bytes(2048);
    let openai = openai(script.clone()).store(Store::memory().namespace(config).unwrap());
    let client = TestClient::new(app(openai));
    let long = "a".repeat(2048);
    let rejected = post(&client, RESPONSES, &ask(&json!({"input": long}))).await;
    let expected = (400, "store".to_owned(), "store_limit".to_owned());
    assert_eq!(error(rejected).await, expected);
    assert!(script.requests.lock().unwrap().is_empty());
    create(&client, &json!({"input": long, "store": false})).await;
}

/// The caller is the bearer token.
#[dependency]
async fn caller(#[bearer] key: avocet::types::Secret<String>) -> Result<(), HttpError> {
    let caller = Caller::new(key.expose().clone());
    Context::with_current(|context| *context = std::mem::take(context).with_caller(caller));
    Ok(())
}

#[tokio::test]
async fn a_caller_cannot_use_the_responses_of_another() {
    let responses = Store::memory().namespace("responses").unwrap();
    let router = Router::new("/v1").requires(Requirement::of::<caller>());
    let openai = openai(Script::text(&["One."]))
        .store(responses)
        .router(router);
    let client = TestClient::new(app(openai));
    let send = async |method: &str, path: &str, key: &str, body: Value| {
        let request = client.request(method.parse().unwrap(), path);
        let request = request.header("authorization", &format!("Bearer {key}"));
        let request = if method == "POST" {
            request.json(&body)
        } else {
            request
        };
        request.send().await
    };
    let mine: Value = send("POST", RESPONSES, "ann", ask(&json!({})))
        .await
        .json()
        .await;
    let id = mine["id"].as_str().unwrap();
    let path = format!("{RESPONSES}/{id}");
    let item = json!([{"type": "item_reference", "id": mine["output"][0]["id"]}]);
    for (method, path, body) in [
        ("GET", path.clone(), Value::Null),
        ("GET", format!("{path}/input_items"), Value::Null),
        ("DELETE", path.clone(), Value::Null),
        ("POST", format!("{path}/cancel"), Value::Null),
        (
            "POST",
            RESPONSES.to_owned(),
            ask(&json!({"previous_response_id": id})),
        ),
        ("POST", RESPONSES.to_owned(), ask(&json!({"input": item}))),
    ] {
        let response = send(method, &path, "eve", body).await;
        assert_eq!(response.status(), 404, "{method} {path}");
    }
    // The key of a caller with a slash is not that of another caller's id with a slash.
    let slashed: Value = send("POST", RESPONSES, "ann/x", ask(&json!({})))
        .await
        .json()
        .await;
    let disguised = format!("{RESPONSES}/x%2F{}", slashed["id"].as_str().unwrap());
    let disguised = send("GET", &disguised, "ann", Value::Null).await;
    assert_eq!(disguised.status(), 404);
    let found = send("GET", &path, "ann", Value::Null).await;
    assert_eq!(found.json::<Value>().await, mine);
}
