#![allow(dead_code)]
mod client;

use client::{ApiOpError, HttpClient, ListAllItemsApiError, NewItem};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let url = std::env::var("URL").expect("URL");
    // `bob:builder` in base64: this client knows bearer tokens alone.
    let visitor = HttpClient::new().with_base_url(&url).with_header("authorization", "Basic Ym9iOmJ1aWxkZXI=");
    let token = visitor.login().await.expect("a token").access_token;
    let bob = HttpClient::new().with_base_url(&url).with_api_key(token);
    let nail = NewItem { name: "nail".to_owned(), price: 3 };
    assert_eq!(bob.add_item(nail).await.expect("an item").owner, "bob");
    match bob.list_all_items(None, None).await {
        Err(ApiOpError::Api(error)) => assert!(matches!(error.typed, Some(ListAllItemsApiError::Status403(_)))),
        other => panic!("{other:?}"),
    }
}
