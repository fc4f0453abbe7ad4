use crate::client::{client, expect};
use serde_json::json;
use tokio::sync::mpsc::unbounded_channel;
use tutorial::background_tasks::{app, app_with_dependency};

#[tokio::test]
async fn the_notification_is_sent_after_the_response() {
    let (log, mut lines) = unbounded_channel();
    let request = client(app(log)).post("/send-notification/foo@example.com");
    let body = json!({"message": "Notification sent in the background"});
    expect(request, 200, body).await;
    let line = lines.recv().await.unwrap();
    assert_eq!(line, "notification for foo@example.com: some notification");
}

#[tokio::test]
async fn the_task_of_the_dependency_is_first() {
    let (log, mut lines) = unbounded_channel();
    let request =
        client(app_with_dependency(log)).post("/send-notification/foo@example.com?q=some-query");
    expect(request, 200, json!({"message": "Message sent"})).await;
    assert_eq!(lines.recv().await.unwrap(), "found query: some-query");
    assert_eq!(lines.recv().await.unwrap(), "message to foo@example.com");
}
