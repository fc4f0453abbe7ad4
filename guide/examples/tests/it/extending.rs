//! What the chapter "Extending Avocet" says.

use avocet::App;
use avocet::prelude::{get, routes};
use avocet::testing::{TestClient, TestContext};
use guide_examples::extending::{
    Priority, PriorityHeader, Tenants, Tools, count, order, priority, report, tenant,
    with_component, with_middleware, with_mount, with_plugin, with_small_plugin, with_state,
    with_time_limit, with_two_states,
};

// ANCHOR: extractor
#[tokio::test]
async fn the_priority_is_that_of_the_header() {
    let extractor = PriorityHeader::default();
    let request = TestContext::get("/").header("x-priority", "7");
    assert_eq!(request.extract(&extractor).await.unwrap(), Priority(7));
    let request = TestContext::get("/").header("x-priority", "high");
    assert_eq!(request.extract(&extractor).await.unwrap_err().status(), 422);
}
// ANCHOR_END: extractor

#[tokio::test]
async fn an_extractor_of_ones_own_is_documented() {
    let tenants = Tenants {
        active: vec!["ann".to_owned()],
        suspended: vec!["bob".to_owned()],
    };
    let app = App::new("Shop", "1.0.0").routes(routes![priority, tenant]);
    let service = app.state(tenants).build().unwrap();
    let paths = &service.openapi()["paths"];
    let name = |path: &str| &paths[path]["get"]["parameters"][0]["name"];
    assert_eq!(*name("/priority"), "x-priority");
    assert_eq!(*name("/tenant"), "x-tenant");
    let error = &paths["/tenant"]["get"]["responses"]["403"];
    assert_eq!(error["description"], "The tenant is suspended");
    let client = TestClient::new(service);
    for (name, status, body) in [
        ("ann", 200, "\"ann\""),
        ("bob", 403, r#"{"detail":"The tenant is suspended"}"#),
        (
            "eve",
            422,
            r#"{"detail":[{"type":"value_error","loc":["header","x-tenant"],"msg":"Value error, is not a tenant","ctx":{"error":"is not a tenant"}}]}"#,
        ),
    ] {
        let response = client.get("/tenant").header("x-tenant", name).send().await;
        assert_eq!(response.status(), status);
        assert_eq!(response.text().await, body);
    }
    let error = App::new("Shop", "1.0.0").routes(routes![tenant]).build();
    let error = error.unwrap_err().to_string();
    assert!(error.contains("Tenants` is provided"), "{error}");
}

#[tokio::test]
async fn a_middleware_sees_the_operation_and_may_respond_itself() {
    let client = TestClient::new(with_middleware().build().unwrap());
    let response = client.get("/items").send().await;
    assert_eq!(response.header("x-route"), "/items");
    assert_eq!(response.text().await, "[1,2]");
    let response = client.post("/items").send().await;
    assert_eq!(response.status(), 503);
    assert_eq!(response.text().await, r#"{"detail":"The shop is closed"}"#);
}

#[tokio::test]
async fn a_router_is_mounted() {
    let client = TestClient::new(with_mount().build().unwrap());
    assert_eq!(
        client.get("/legacy/status").send().await.text().await,
        "fine"
    );
    assert_eq!(client.get("/items").send().await.text().await, "[1,2]");
}

#[tokio::test]
async fn a_state_is_made_at_start() {
    let client = TestClient::start(with_state().build().unwrap())
        .await
        .unwrap();
    assert_eq!(client.get("/size").send().await.text().await, "2");
    client.stop().await;
}

#[tokio::test]
async fn a_component_is_ready_after_the_start() {
    let client = TestClient::start(with_component().build().unwrap())
        .await
        .unwrap();
    let response = client.get("/ready").send().await;
    assert_eq!(
        response.text().await,
        r#"{"status":"ok","checks":{"model":"ok"}}"#
    );
    client.stop().await;
}

#[tokio::test]
async fn a_plugin_lists_and_calls_tools() {
    let client = TestClient::new(with_plugin().build().unwrap());
    assert_eq!(
        client.get("/tools").send().await.text().await,
        r#"["counter"]"#
    );
    assert_eq!(client.post("/tools/counter").send().await.text().await, "2");
    assert_eq!(client.post("/tools/none").send().await.status(), 404);
}

#[tokio::test]
async fn a_plugin_lists_operations() {
    let client = TestClient::new(with_small_plugin().build().unwrap());
    let list = client.get("/operations").send().await;
    assert_eq!(list.text().await, "GET /items\n");
}

#[get("/bare", extend = guide_examples::extending::Tool("bare"))]
async fn bare() -> u32 {
    1
}

#[test]
fn a_tool_without_a_summary_is_a_mistake() {
    let app = App::new("Shop", "1.0.0").routes(routes![count, bare]);
    let error = app.plugin(Tools).build().unwrap_err();
    assert_eq!(error.mistakes().len(), 1, "{error}");
    let mistake = &error.mistakes()[0];
    assert_eq!(
        mistake.what(),
        "the plugin `tools`: the tool `bare` has no summary"
    );
    assert!(mistake.locations()[0].contains("GET /bare"));
}

#[tokio::test]
async fn the_deadline_reaches_what_a_handler_calls() {
    let client = TestClient::new(with_time_limit().build().unwrap());
    let response = client.get("/answer").send().await;
    assert_eq!(response.text().await, r#""Some(true)""#);
}

#[tokio::test]
async fn routes_have_layers_named_states_and_another_path_of_avocet() {
    let app = with_two_states().routes(routes![report]);
    let app = app.routes(routes![order]);
    let client = TestClient::new(app.build().unwrap());
    for (path, body) in [
        ("/copied", "true"),
        ("/report", "\"two items\""),
        ("/orders/7", r#"{"id":7}"#),
    ] {
        assert_eq!(client.get(path).send().await.text().await, body);
    }
}
