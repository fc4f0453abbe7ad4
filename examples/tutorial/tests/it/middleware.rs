use crate::client::{client, get};
use serde_json::json;
use tutorial::middleware::app;

#[tokio::test]
async fn each_response_has_the_time() {
    let client = client(app());
    let nothing = json!({"detail": "Not Found"});
    for (path, status, body) in [("/", 200, json!("Hello World")), ("/nothing", 404, nothing)] {
        let headers = get(&client, path, &[], status, body).await;
        let seconds: f64 = headers["x-process-time"].to_str().unwrap().parse().unwrap();
        assert!(seconds >= 0.0);
    }
}
