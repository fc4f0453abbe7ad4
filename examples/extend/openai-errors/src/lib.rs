//! An error format: the error object of `OpenAI`'s API, on the wire and in the document.
//!
//! A client of that API reads `error.message`, `error.type`, `error.param` and `error.code`. A router has the format; the other routes of the
//! application keep theirs. `avocet_ai::openai::ERRORS` is a complete version of this format; here it shows how to write one.

use avocet::model::{Model, OrderedJson, Schema, Schemas};
use avocet::operation::ErrorBody;
use avocet::prelude::*;
use avocet::read::ValidationErrors;
use avocet::response::{ErrorContent, ErrorDetail, ErrorFormat, FormatErrors};
use http::StatusCode;
use serde_json::json;

/// The format, for [`Router::error_format`].
///
/// ```
/// use avocet::{App, Router};
///
/// let v1 = Router::new("/v1").error_format(openai_errors::OPENAI_ERRORS);
/// let app = App::new("Models", "1.0.0").router(v1);
/// ```
pub const OPENAI_ERRORS: ErrorFormat = ErrorFormat::Custom(&OpenAiErrors);

/// The error object.
#[derive(Debug)]
struct OpenAiErrors;

/// An error of the API.
#[model(output)]
struct ErrorResponse {
    error: ErrorObject,
}

/// What is wrong with a request, or with the server.
#[model(output)]
struct ErrorObject {
    /// The reason, for people.
    message: String,
    /// The kind of error, such as `invalid_request_error`.
    r#type: String,
    /// The field of the request that is not valid.
    param: Option<String>,
    /// The reason, for programs.
    code: Option<String>,
}

impl FormatErrors for OpenAiErrors {
    fn body(&self, error: &ErrorContent<'_>) -> OrderedJson {
        let param = match error.detail {
            ErrorDetail::ValidationErrors(errors) => first_field(errors),
            _ => None,
        };
        let kind = kind(error.status);
        json!({"error": {
            "message": error.message(), "type": kind, "param": param, "code": error.code(),
        }})
        .into()
    }

    fn describe(&self, _: Option<StatusCode>, _: &ErrorBody, schemas: &mut Schemas) -> Schema {
        ErrorResponse::schema(schemas)
    }

    /// The API rejects a request that is not valid with 400.
    fn validation_status(&self) -> StatusCode {
        StatusCode::BAD_REQUEST
    }
}

/// Returns the first field that is not valid, such as `messages.0.content`.
fn first_field(errors: &ValidationErrors) -> Option<String> {
    let error = errors.iter().next()?;
    // The first segment is `body`, `query` or the like.
    let segments = error.location().iter().skip(1).map(ToString::to_string);
    let field = segments.collect::<Vec<_>>().join(".");
    (!field.is_empty()).then_some(field)
}

fn kind(status: StatusCode) -> &'static str {
    match status.as_u16() {
        401 => "authentication_error",
        403 => "permission_error",
        429 => "rate_limit_error",
        500.. => "server_error",
        _ => "invalid_request_error",
    }
}

#[cfg(test)]
mod tests {
    use avocet::Service;
    use avocet::testing::{TestClient, TestResponse};
    use serde_json::Value;

    use super::*;

    #[model]
    struct Message {
        role: String,
        content: String,
    }

    #[errors]
    #[derive(Debug)]
    enum ModelError {
        /// The model does not exist
        #[error(status = 404, code = "model_not_found")]
        Unknown,
    }

    /// Complete a chat.
    #[post("/chat/completions")]
    async fn complete(
        #[body] model: String,
        #[body] messages: Vec<Message>,
    ) -> Result<String, ModelError> {
        let last = messages.into_iter().next_back();
        match last {
            Some(message) if model == "small" => Ok(message.role + &message.content),
            _ => Err(ModelError::Unknown),
        }
    }

    #[get("/items")]
    async fn items(#[query] page: u32) -> u32 {
        page
    }

    fn service() -> Service {
        let v1 = Router::new("/v1").error_format(OPENAI_ERRORS);
        App::new("Models", "1.0.0")
            .router(v1.routes(routes![complete]))
            .routes(routes![items])
            .build()
            .expect("it builds")
    }

    async fn error(response: TestResponse) -> (u16, Value) {
        (response.status().as_u16(), response.json().await)
    }

    #[tokio::test]
    async fn errors_are_error_objects_below_the_prefix() {
        let client = TestClient::new(service());
        let post = |body: Value| client.post("/v1/chat/completions").json(&body).send();

        let message = json!({"role": "user", "content": 5});
        let invalid = post(json!({"model": "small", "messages": [message]})).await;
        let (status, body) = error(invalid).await;
        assert_eq!(
            (status, &body["error"]["param"]),
            (400, &json!("messages.0.content"))
        );

        let unknown = post(json!({"model": "huge", "messages": []})).await;
        assert_eq!(
            error(unknown).await,
            (
                404,
                json!({"error": {
                    "message": "The model does not exist", "type": "invalid_request_error",
                    "param": null, "code": "model_not_found",
                }})
            )
        );
        for (response, status) in [
            (client.get("/v1/modles").send().await, 404),
            (client.get("/v1/chat/completions").send().await, 405),
        ] {
            let (found, body) = error(response).await;
            assert_eq!(
                (found, &body["error"]["type"]),
                (status, &json!("invalid_request_error"))
            );
        }
    }

    #[tokio::test]
    async fn the_other_routes_keep_the_format_of_the_application() {
        let client = TestClient::new(service());
        let (status, body) = error(client.get("/items?page=x").send().await).await;
        assert_eq!(
            (status, &body["detail"][0]["loc"]),
            (422, &json!(["query", "page"]))
        );
        let (status, body) = error(client.get("/missing").send().await).await;
        assert_eq!((status, body), (404, json!({"detail": "Not Found"})));
    }

    #[test]
    fn the_document_has_the_error_object() {
        let service = service();
        let document = service.openapi();
        let responses = &document["paths"]["/v1/chat/completions"]["post"]["responses"];
        for status in ["400", "404"] {
            let schema = &responses[status]["content"]["application/json"]["schema"];
            assert_eq!(
                schema["$ref"], "#/components/schemas/ErrorResponse",
                "{status}"
            );
        }
        assert!(responses.get("422").is_none());
        let properties = &document["components"]["schemas"]["ErrorObject"]["properties"];
        assert_eq!(properties["type"]["type"], "string");
        let items = &document["paths"]["/items"]["get"]["responses"]["422"];
        let schema = &items["content"]["application/json"]["schema"];
        assert_eq!(schema["$ref"], "#/components/schemas/HTTPValidationError");
    }
}
