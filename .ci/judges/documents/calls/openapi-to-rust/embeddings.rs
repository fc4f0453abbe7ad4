#![allow(dead_code)]
mod client;

use client::{EmbedRequest, HttpClient};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let url = std::env::var("URL").expect("URL");
    let api = HttpClient::new().with_base_url(url);
    let texts = ["An avocet wades.", "A wading bird."].map(str::to_owned);
    let request = EmbedRequest {
        texts: texts.to_vec(),
    };
    let response = api.embed(request).await.expect("vectors");
    assert_eq!(response.embeddings.len(), 2);
    for vector in &response.embeddings {
        assert_eq!(vector.len(), 384);
        let square: f64 = vector.iter().map(|x| f64::from(*x).powi(2)).sum();
        assert!((square - 1.0).abs() < 1e-4);
    }
    assert!(response.truncated.is_empty());
}
