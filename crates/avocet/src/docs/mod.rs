//! `/openapi.json` and, with the feature `docs`, the page that shows it.

mod document;
#[cfg(feature = "docs")]
mod page;
mod print;

use crate::route::Route;

pub(crate) use print::{is_asked_for, print};

/// Returns the routes of the document and its page.
pub(crate) fn routes() -> Vec<Route> {
    let routes = std::iter::once(document::route());
    #[cfg(feature = "docs")]
    let routes = routes.chain(page::routes());
    routes.collect()
}

#[cfg(test)]
mod tests {
    use crate::App;
    use crate::testing::TestClient;

    #[tokio::test]
    async fn the_page_is_a_feature_and_the_document_is_not() {
        let client = TestClient::new(App::new("Nothing", "1.0.0").build().expect("it builds"));
        assert_eq!(client.get("/openapi.json").send().await.status(), 200);
        let page = if cfg!(feature = "docs") { 200 } else { 404 };
        assert_eq!(client.get("/docs").send().await.status(), page);
    }
}
