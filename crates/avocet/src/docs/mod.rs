//! `/openapi.json` and, with the feature `docs`, the page that shows it.

mod api_document;
mod document;
#[cfg(feature = "docs")]
mod login;
#[cfg(feature = "docs")]
mod page;
mod print;

use crate::route::Route;

pub use api_document::ApiDocument;
#[cfg(feature = "docs")]
pub use login::DocsLogin;
pub(crate) use print::{is_asked_for, print};

/// How the page logs in; without the page, nothing.
#[cfg(not(feature = "docs"))]
#[derive(Clone, Debug, Default)]
pub(crate) struct DocsLogin {}

#[cfg(not(feature = "docs"))]
impl DocsLogin {
    #[expect(clippy::unused_self, reason = "the one with the page has settings")]
    pub(crate) fn mistakes(&self) -> Vec<String> {
        Vec::new()
    }
}

/// Returns the routes of the documents and their pages.
#[cfg_attr(
    not(feature = "docs"),
    expect(unused_variables, reason = "there is no page")
)]
pub(crate) fn routes(documents: &[ApiDocument], login: &DocsLogin) -> Vec<Route> {
    let mut routes = Vec::new();
    for (index, document) in documents.iter().enumerate() {
        let first = routes.len();
        routes.push(document::route(index, &document.prefix));
        #[cfg(feature = "docs")]
        routes.extend(page::routes(index, &document.prefix, login));
        for route in &mut routes[first..] {
            route.require_first(document.requirements());
        }
    }
    routes
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
