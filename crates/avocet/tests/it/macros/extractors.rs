//! `#[extract]`: extractors of one's own beside those of axum.

use avocet::extract::{Extractor, FromContext, Query, Rejection, RequestContext};
use avocet::operation::{DocumentedError, ErrorBody, Operation};
use avocet::prelude::*;
use avocet::testing::TestClient;
use http::StatusCode;
use serde_json::{Value, json};

/// A part of a list.
#[model]
struct Page {
    number: u32,
    tenant: String,
}

#[derive(Default)]
struct PageExtractor;

impl Extractor for PageExtractor {
    type Value = Page;

    fn describe(&self, operation: &mut Operation) {
        Query::<u32>::new("page").describe(operation);
        operation.errors.push(DocumentedError {
            status: Some(StatusCode::UNAUTHORIZED),
            description: "There is no tenant".to_owned(),
            body: ErrorBody::Message,
        });
    }

    async fn extract(&self, context: &mut RequestContext) -> Result<Page, Rejection> {
        let Some(tenant) = context.header("x-tenant").first().map(ToString::to_string) else {
            return Err(HttpError::new(StatusCode::UNAUTHORIZED, "There is no tenant").into());
        };
        let number = Query::<u32>::new("page").extract(context).await?;
        Ok(Page { number, tenant })
    }
}

impl FromContext for Page {
    type Extractor = PageExtractor;
}

#[get("/own")]
async fn own(#[query] size: u32, #[extract] page: Page) -> Page {
    Page {
        number: page.number * size,
        ..page
    }
}

#[cfg(feature = "axum")]
#[get("/both")]
async fn both(#[extract] page: Page, #[extract] method: http::Method) -> String {
    format!("{method} {}", page.number)
}

fn service() -> avocet::Service {
    let app = App::new("Lists", "1.0.0").routes(routes![own]);
    #[cfg(feature = "axum")]
    let app = app.routes(routes![both]);
    app.build().expect("it builds")
}

#[tokio::test]
async fn an_own_extractor_gives_its_value() {
    let client = TestClient::new(service());
    let response = client
        .get("/own?page=2&size=9")
        .header("x-tenant", "ann")
        .send()
        .await;
    assert_eq!(
        response.json::<Value>().await,
        json!({"number": 18, "tenant": "ann"})
    );
}

#[tokio::test]
async fn its_errors_are_reported_with_the_others() {
    let client = TestClient::new(service());
    let response = client
        .get("/own?page=x&size=y")
        .header("x-tenant", "ann")
        .send()
        .await;
    assert_eq!(response.status(), 422);
    let errors = response.json::<Value>().await;
    assert_eq!(errors["detail"].as_array().map(Vec::len), Some(2));
    assert_eq!(client.get("/own").send().await.status(), 401);
}

#[test]
fn the_document_shows_what_it_describes() {
    let service = service();
    let operation = &service.openapi()["paths"]["/own"]["get"];
    assert_eq!(operation["parameters"][0]["name"], "page");
    assert_eq!(
        operation["responses"]["401"]["description"],
        "There is no tenant"
    );
}

#[cfg(feature = "axum")]
#[tokio::test]
async fn own_extractors_and_those_of_axum_mix() {
    let client = TestClient::new(service());
    let response = client
        .get("/both?page=3")
        .header("x-tenant", "ann")
        .send()
        .await;
    assert_eq!(response.json::<String>().await, "GET 3");
}
