#![allow(dead_code)]
mod client;

use client::{HttpClient, Pair};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let url = std::env::var("URL").expect("URL");
    let api = HttpClient::new().with_base_url(url);
    let pair = Pair {
        a: vec![1.0, 0.0],
        b: vec![2.0, 0.0],
    };
    assert_eq!(api.similarity(pair).await.expect("a similarity").cosine, 1.0);
}
