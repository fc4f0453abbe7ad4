//! What the chapter "Extending Avocet" says.

use avocet::App;
use avocet::prelude::routes;
use avocet::testing::{TestClient, TestContext};
use guide_examples::extending::{
    Tenant, TenantHeader, order, report, tenant, with_component, with_middleware, with_mount,
    with_plugin, with_state, with_time_limit, with_two_states,
};

// ANCHOR: extractor
#[tokio::test]
async fn the_tenant_is_that_of_the_header() {
    let request = TestContext::get("/items").header("x-tenant", "ann");
    assert_eq!(
        request.extract(&TenantHeader).await.unwrap(),
        Tenant("ann".to_owned())
    );
    let error = TestContext::get("/items")
        .extract(&TenantHeader)
        .await
        .unwrap_err();
    assert_eq!(error.status(), 400);
}
// ANCHOR_END: extractor

#[tokio::test]
async fn an_extractor_of_ones_own_is_documented() {
    let service = App::new("Shop", "1.0.0")
        .routes(routes![tenant])
        .build()
        .unwrap();
    let parameter = &service.openapi()["paths"]["/tenant"]["get"]["parameters"][0];
    assert_eq!(parameter["name"], "x-tenant");
    let client = TestClient::new(service);
    let response = client.get("/tenant").header("x-tenant", "ann").send().await;
    assert_eq!(response.text().await, "\"ann\"");
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
