#![allow(dead_code)]
mod client;

use client::HttpClient;
use futures_util::TryStreamExt;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let url = std::env::var("URL").expect("URL");
    let api = HttpClient::new().with_base_url(url);
    let stream = api.sse(Some(2), None, None::<&str>).await.expect("a stream");
    let pieces: Vec<_> = stream.try_collect().await.expect("a whole stream");
    let text = String::from_utf8(pieces.concat()).expect("text");
    let events = text.lines().filter_map(|line| line.strip_prefix("data: "));
    let items: Vec<client::Item> = events
        .map(|event| serde_json::from_str(event).expect("an item"))
        .collect();
    assert_eq!(items.iter().map(|item| item.index).collect::<Vec<_>>(), [0, 1]);
}
