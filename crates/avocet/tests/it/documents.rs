//! Several documents of one application.

use avocet::depend::Requirement;
use avocet::model::OrderedJson;
use avocet::prelude::*;
use avocet::security::{BasicCredentials, unauthorized};
use avocet::testing::TestClient;
use avocet::types::Secret;
use avocet::{ApiDocument, Tag};

#[model(output)]
struct Item {
    id: u32,
}

#[model(output)]
struct Audit {
    entries: u32,
}

#[get("/items", tag = "shop")]
async fn items() -> Item {
    Item { id: 1 }
}

#[get("/audit", tag = "internal")]
async fn audit(#[bearer] _token: Secret<String>) -> Audit {
    Audit { entries: 0 }
}

#[get("/secret", hidden)]
async fn secret() {}

#[post("order-sent", outgoing, tag = "internal")]
async fn order_sent() {}

#[dependency]
async fn staff(#[basic] user: BasicCredentials) -> Result<(), HttpError> {
    if user.has_password("s3same") {
        Ok(())
    } else {
        Err(unauthorized("Basic", "Not the staff"))
    }
}

fn client(app: App) -> TestClient {
    let app = app
        .describe_tag("shop", "What is sold.")
        .tag(Tag::new("internal"))
        .webhooks(routes![order_sent])
        .routes(routes![items, audit, secret]);
    TestClient::new(app.build().expect("it builds"))
}

async fn document(client: &TestClient, path: &str) -> OrderedJson {
    let text = client.get(path).send().await.text().await;
    text.parse().expect("JSON")
}

fn names(object: &OrderedJson) -> Vec<&str> {
    let members = object.as_object();
    members
        .into_iter()
        .flatten()
        .map(|(name, _)| name.as_str())
        .collect()
}

#[tokio::test]
async fn each_document_has_what_its_operations_need() {
    let client = client(
        App::new("Shop", "1.0.0").documents([
            ApiDocument::new().without_tag("internal"),
            ApiDocument::at("/internal")
                .with_tag("internal")
                .title("Staff"),
            ApiDocument::at("/all"),
            ApiDocument::at("/v2").filter(|operation| operation.path.starts_with("/v2/")),
        ]),
    );
    let public = document(&client, "/openapi.json").await;
    assert_eq!(public["info"]["title"], "Shop");
    assert_eq!(names(&public["paths"]), ["/items"]);
    assert_eq!(names(&public["components"]), ["schemas"]);
    assert_eq!(names(&public["components"]["schemas"]), ["Item"]);
    assert_eq!(
        public["tags"].to_string(),
        r#"[{"name":"shop","description":"What is sold."}]"#
    );
    assert!(public.get("webhooks").is_none());

    let internal = document(&client, "/internal/openapi.json").await;
    assert_eq!(internal["info"]["title"], "Staff");
    assert_eq!(names(&internal["paths"]), ["/audit"]);
    assert_eq!(names(&internal["components"]["schemas"]), ["Audit"]);
    assert_eq!(
        names(&internal["components"]["securitySchemes"]),
        ["HTTPBearer"]
    );
    assert_eq!(internal["tags"].to_string(), r#"[{"name":"internal"}]"#);
    assert_eq!(names(&internal["webhooks"]), ["order-sent"]);

    let all = document(&client, "/all/openapi.json").await;
    assert_eq!(names(&all["paths"]), ["/items", "/audit"]);
    let none = document(&client, "/v2/openapi.json").await;
    assert_eq!(names(&none["paths"]), [""; 0]);
    assert!(none.get("tags").is_none() && none.get("components").is_none());
}

#[tokio::test]
async fn a_document_and_its_page_can_require_a_login() {
    let protected = ApiDocument::at("/internal").requires(Requirement::of::<staff>());
    let client = client(App::new("Shop", "1.0.0").documents([ApiDocument::new(), protected]));
    assert_eq!(client.get("/openapi.json").send().await.status(), 200);
    let mut paths = vec!["/internal/openapi.json"];
    if cfg!(feature = "docs") {
        paths.extend([
            "/internal/docs",
            "/internal/docs/",
            "/internal/docs/page.js",
        ]);
    }
    for path in paths {
        assert_eq!(client.get(path).send().await.status(), 401, "{path}");
        // ann:s3same
        let request = client
            .get(path)
            .header("authorization", "Basic YW5uOnMzc2FtZQ==");
        assert_eq!(request.send().await.status(), 200, "{path}");
    }
}

#[test]
fn two_documents_at_one_path_are_a_mistake() {
    let app = App::new("Shop", "1.0.0").documents([ApiDocument::new(), ApiDocument::new()]);
    let error = app.build().expect_err("they have one path").to_string();
    assert!(
        error.contains("a mistake:\n\n1. two documents are at `/openapi.json`"),
        "{error}"
    );
    let app = App::new("Shop", "1.0.0").documents([ApiDocument::at("internal")]);
    let error = app.build().expect_err("it has no slash").to_string();
    assert!(
        error.contains("the prefix \"internal\" of a document must start with `/`"),
        "{error}"
    );
}
