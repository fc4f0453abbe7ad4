//! Webhooks, callbacks, other documentation, and what routers add to operations.

use avocet::operation::Operation;
use avocet::prelude::*;
use avocet::{ExternalDocs, OperationIds, Tag};
use serde_json::{Value, json};

#[model]
struct Notice {
    text: String,
}

/// The notice hangs.
#[post("{$request.query.target}/notices", outgoing)]
async fn notice_sent(#[body] _notice: Notice) {}

/// The notice fell.
#[delete("{$request.query.target}/notices", outgoing)]
async fn notice_gone() {}

#[post(
    "/notices",
    callbacks(notice_sent, notice_gone),
    external_docs = "https://example.com/notices"
)]
async fn hang_notice(#[query] _target: String) {}

/// Sent when the river rises.
#[post("flood-warning", outgoing)]
async fn flood_warning(#[body] _notice: Notice) {}

fn document(app: App) -> Value {
    let service = app.build().expect("it builds");
    service.openapi().clone().into()
}

fn app() -> App {
    App::new("Town", "1.0.0")
        .routes(routes![hang_notice])
        .webhooks(routes![flood_warning])
}

#[test]
fn requests_that_the_application_sends_are_in_its_document_and_have_no_route() {
    let service = app().build().expect("it builds");
    crate::publish("outgoing", service.openapi());
    let paths = service
        .operations()
        .iter()
        .map(|operation| operation.path.as_str());
    assert!(paths.clone().any(|path| path == "/notices"));
    assert!(!paths.into_iter().any(|path| path.contains("flood")));
    let document = document(app());
    let reference = json!({"$ref": "#/components/schemas/Notice"});
    let body = |operation: &Value| {
        operation["requestBody"]["content"]["application/json"]["schema"].clone()
    };
    let warning = &document["webhooks"]["flood-warning"]["post"];
    assert_eq!(warning["operationId"], "flood_warning");
    assert_eq!(warning["summary"], "Sent when the river rises");
    assert_eq!(body(warning), reference);
    let callbacks = &document["paths"]["/notices"]["post"]["callbacks"];
    let sent = &callbacks["notice_sent"]["{$request.query.target}/notices"]["post"];
    assert_eq!(body(sent), reference);
    let gone = &callbacks["notice_gone"]["{$request.query.target}/notices"]["delete"];
    assert_eq!(gone["summary"], "The notice fell");
    assert!(document["components"]["schemas"]["Notice"].is_object());
}

#[test]
fn ids_of_requests_that_are_sent_have_the_chosen_form_and_are_unique() {
    let document = document(app().operation_ids(OperationIds::FastApi));
    let warning = &document["webhooks"]["flood-warning"]["post"];
    assert_eq!(warning["operationId"], "flood_warningflood_warning_post");
    let sent = &document["paths"]["/notices"]["post"]["callbacks"]["notice_sent"];
    assert_eq!(
        sent["{$request.query.target}/notices"]["post"]["operationId"],
        "notice_sent__request_query_target__notices_post"
    );
    let twice = app().webhooks(routes![flood_warning]);
    let error = twice.build().expect_err("a mistake");
    assert!(
        error.to_string().contains("have the id `flood_warning`"),
        "{error}"
    );
}

#[test]
fn other_documentation_is_linked() {
    let app = app()
        .external_docs(ExternalDocs::new("https://example.com").description("The manual"))
        .tag(Tag::new("admin").external_docs(ExternalDocs::new("https://example.com/admin")));
    let document = document(app);
    assert_eq!(
        document["externalDocs"],
        json!({"url": "https://example.com", "description": "The manual"})
    );
    assert_eq!(
        document["tags"],
        json!([{"name": "admin", "externalDocs": {"url": "https://example.com/admin"}}])
    );
    assert_eq!(
        document["paths"]["/notices"]["post"]["externalDocs"],
        json!({"url": "https://example.com/notices"})
    );
}

#[get("/files/{rest:path}")]
async fn file(rest: String) -> String {
    rest
}

#[test]
fn an_id_that_an_operation_sets_is_kept() {
    let own = Operation::get("/own/{rest:path}").id("ownId");
    let route = own.handle(
        (avocet::extract::Path::<String>::new("rest"),),
        |(rest,)| async move { rest },
    );
    let app = App::new("Ids", "1.0.0")
        .operation_ids(OperationIds::FastApi)
        .routes([route])
        .routes(routes![file]);
    let document = document(app);
    let id = |path: &str| document["paths"][path]["get"]["operationId"].clone();
    assert_eq!(id("/own/{rest}"), "ownId");
    // As in FastAPI, the kind of a variable is no part of the id.
    assert_eq!(id("/files/{rest}"), "file_files__rest__get");
}

mod routers {
    use super::*;

    #[get("/items", response(404, "No such item"))]
    async fn items() -> u32 {
        1
    }

    fn inner() -> Router {
        Router::new("/shop")
            .describe_response("403", "Not yours")
            .describe_response("404", "Nothing here")
            .routes(routes![items])
    }

    #[test]
    fn the_description_of_the_innermost_one_wins_and_deprecation_reaches_all() {
        let app = App::new("Shop", "1.0.0")
            .operation_ids(OperationIds::FastApi)
            .router(inner())
            .router(
                Router::new("/v1")
                    .deprecated()
                    .describe_response("403", "Staff only")
                    .describe_response("5XX", "Broken")
                    .router(inner()),
            );
        let document = document(app);
        let old = &document["paths"]["/v1/shop/items"]["get"];
        assert_eq!(old["deprecated"], true);
        assert_eq!(old["responses"]["403"]["description"], "Not yours");
        assert_eq!(old["responses"]["404"]["description"], "No such item");
        assert_eq!(old["responses"]["5XX"]["description"], "Broken");
        let new = &document["paths"]["/shop/items"]["get"];
        assert_eq!(new["deprecated"], Value::Null);
        assert_eq!(new["responses"]["404"]["description"], "No such item");
        assert_eq!(new["responses"]["5XX"], Value::Null);
    }
}
