//! An extractor: the version of the API in the header `api-version`.
//!
//! The document has the header. An unknown version is rejected with a 400 that lists the known ones.

use avocet::extract::{Extractor, Rejection, RequestContext};
use avocet::model::Schema;
use avocet::operation::{Operation, Parameter, ParameterLocation};
use avocet::response::HttpError;
use http::StatusCode;

/// The known versions, the newest one last.
const VERSIONS: [&str; 2] = ["1", "2"];

/// Extracts the version of the API; without the header it is the newest one.
///
/// ```
/// use api_version::ApiVersion;
/// use avocet::operation::Operation;
///
/// let route = Operation::get("/items").id("items").handle((ApiVersion,), |(version,)| async move { version });
/// ```
#[derive(Clone, Copy, Debug)]
pub struct ApiVersion;

impl Extractor for ApiVersion {
    type Value = &'static str;

    fn describe(&self, operation: &mut Operation) {
        let schema = Schema::string();
        let mut parameter = Parameter::new(ParameterLocation::Header, "api-version", schema, false);
        parameter.description = format!("The version of the API: {}.", VERSIONS.join(" or "));
        operation.parameters.push(parameter);
    }

    async fn extract(&self, context: &mut RequestContext) -> Result<&'static str, Rejection> {
        let Some(wanted) = context.headers().get("api-version") else {
            return Ok(VERSIONS[VERSIONS.len() - 1]);
        };
        let known = VERSIONS.into_iter().find(|known| wanted == known);
        known.ok_or_else(|| {
            let detail = format!(
                "The header `api-version` should be {}",
                VERSIONS.join(" or ")
            );
            HttpError::new(StatusCode::BAD_REQUEST, detail).into()
        })
    }
}

#[cfg(test)]
mod tests {
    use avocet::App;
    use avocet::testing::TestClient;

    use super::*;

    #[tokio::test]
    async fn the_version_is_read_and_documented() {
        let route = Operation::get("/items").id("items");
        let route = route.handle((ApiVersion,), |(version,)| async move { version });
        let service = App::new("Shop", "1.0.0").routes([route]).build();
        let service = service.expect("it builds");
        let parameter = &service.openapi()["paths"]["/items"]["get"]["parameters"][0];
        assert_eq!(parameter["name"], "api-version");

        let client = TestClient::new(service);
        assert_eq!(client.get("/items").send().await.text().await, "\"2\"");
        let old = client.get("/items").header("api-version", "1");
        assert_eq!(old.send().await.text().await, "\"1\"");
        let response = client.get("/items").header("api-version", "3").send().await;
        assert_eq!(response.status(), 400);
        assert_eq!(
            response.text().await,
            r#"{"detail":"The header `api-version` should be 1 or 2"}"#
        );
    }
}
