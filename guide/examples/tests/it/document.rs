//! The document.

use crate::outputs::assert_shown;
use avocet::model::OrderedJson;
use avocet::testing::TestClient;
use guide_examples::document::app;

#[tokio::test]
async fn it_is_as_shown() {
    let client = TestClient::new(app().build().unwrap());
    let document = client.get("/openapi.json").send().await.text().await;
    let document: OrderedJson = document.parse().unwrap();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.2"));
    let parameter = &document["paths"]["/embedding"]["get"]["parameters"][0];
    assert_shown("document_parameter.json", &format!("{parameter:#}"));
    assert_eq!(document["paths"].as_object().unwrap().len(), 1);
    assert_eq!(client.get("/internal/reload").send().await.status(), 204);
}

#[tokio::test]
async fn the_staff_has_a_document_of_its_own() {
    let app = guide_examples::document::with_several_documents();
    let client = TestClient::new(app.build().unwrap());
    assert_eq!(client.get("/docs").send().await.status(), 200);
    assert_eq!(client.get("/internal/docs").send().await.status(), 401);
}
