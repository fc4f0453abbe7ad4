//! Runs the ten lines in process.

use avocet::testing::TestClient;

include!("../src/main.rs");

#[tokio::test]
async fn it_greets() {
    let app = App::new("Hello", "1.0.0").routes(routes![hello]);
    let client = TestClient::new(app.build().expect("it builds"));
    let response = client.get("/hello/World").send().await;
    assert_eq!(response.json::<String>().await, "Hello, World!");
}
