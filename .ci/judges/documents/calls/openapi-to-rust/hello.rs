#![allow(dead_code)]
mod client;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let url = std::env::var("URL").expect("URL");
    let api = client::HttpClient::new().with_base_url(url);
    assert_eq!(api.hello("Ann").await.expect("a greeting"), "Hello, Ann!");
}
