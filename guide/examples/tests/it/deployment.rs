//! Deployment.

use avocet::testing::TestClient;
use guide_examples::deployment::app;

#[tokio::test]
async fn it_counts() {
    let client = TestClient::new(app().build().unwrap());
    let mut response = client.get("/ticks").send().await;
    assert_eq!(response.next_event().await.unwrap().data, r#"{"number":0}"#);
    assert_eq!(response.next_event().await.unwrap().data, r#"{"number":1}"#);
}
