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

#[test]
fn it_prints_its_document() {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_hello"))
        .arg("--openapi")
        .output()
        .expect("it starts");
    let app = App::new("Hello", "1.0.0").routes(routes![hello]);
    let service = app.build().expect("it builds");
    let mut expected = serde_json::to_vec_pretty(service.openapi()).expect("JSON");
    expected.push(b'\n');
    assert!(output.status.success());
    assert_eq!(output.stdout, expected);
}
