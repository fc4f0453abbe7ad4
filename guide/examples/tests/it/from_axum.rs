//! Coming from axum.

use avocet::testing::TestClient;
use axum::body::Body;
use guide_examples::from_axum::{app_with_layers, router};
use http::{Request, StatusCode};
use http_body_util::BodyExt;
use tower::ServiceExt;

async fn get(path: &str, key: Option<&str>) -> (StatusCode, String) {
    let mut request = Request::get(path);
    if let Some(key) = key {
        request = request.header("x-api-key", key);
    }
    let request = request.body(Body::empty()).unwrap();
    let response = router().unwrap().oneshot(request).await.unwrap();
    let status = response.status();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(bytes.to_vec()).unwrap())
}

#[tokio::test]
async fn both_answer() {
    assert_eq!(get("/", None).await, (StatusCode::OK, "from axum".into()));
    assert_eq!(
        get("/api/key-length", Some("abc")).await,
        (StatusCode::OK, "3".into())
    );
    assert_eq!(
        get("/api/key-length", None).await.0,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(get("/api/openapi.json", None).await.0, StatusCode::OK);
}

#[tokio::test]
async fn both_answer_inside_the_layers() {
    let client = TestClient::new(app_with_layers().build().unwrap());
    for (path, body) in [("/", "from axum"), ("/key-length", "3")] {
        let request = client.get(path).header("x-api-key", "abc");
        let response = request.header("origin", "https://example.com").send().await;
        assert_eq!(response.header("access-control-allow-origin"), "*");
        assert_eq!(response.text().await, body);
    }
}
