//! An error format for each router: every error of a route has the format of its router, and the document describes it.

use avocet::Service;
use avocet::extract::Body;
use avocet::layer::{Next, Request};
use avocet::model::{Model, OrderedJson, Schema, Schemas};
use avocet::operation::{ErrorBody, Operation};
use avocet::prelude::*;
use avocet::response::{ErrorContent, ErrorDetail, ErrorFormat, FormatErrors, Response};
use avocet::testing::{TestClient, TestResponse};
use http::{HeaderName, StatusCode};
use serde_json::{Value, json};

/// An error as the API of `OpenAI` sends it.
#[model(output)]
struct OpenAiError {
    error: OpenAiErrorContent,
}

#[model(output)]
struct OpenAiErrorContent {
    message: String,
    r#type: String,
    param: Option<String>,
    code: Option<String>,
}

#[derive(Debug)]
struct OpenAiErrors;

impl FormatErrors for OpenAiErrors {
    fn body(&self, error: &ErrorContent<'_>) -> OrderedJson {
        let param = match error.detail {
            ErrorDetail::ValidationErrors(errors) => errors.iter().next().map(|error| {
                let segments = error.location().iter().skip(1).map(ToString::to_string);
                segments.collect::<Vec<_>>().join(".")
            }),
            _ => None,
        };
        let kind = if error.status.is_server_error() {
            "server_error"
        } else {
            "invalid_request_error"
        };
        let message = error.message();
        json!({"error": {"message": message, "type": kind, "param": param, "code": error.code()}})
            .into()
    }

    fn describe(&self, _: Option<StatusCode>, _: &ErrorBody, schemas: &mut Schemas) -> Schema {
        OpenAiError::schema(schemas)
    }

    fn validation_status(&self) -> StatusCode {
        StatusCode::BAD_REQUEST
    }
}

/// An error as the API of `Anthropic` sends it.
#[derive(Debug)]
struct AnthropicErrors;

impl FormatErrors for AnthropicErrors {
    fn body(&self, error: &ErrorContent<'_>) -> OrderedJson {
        let kind = match error.status.as_u16() {
            404 => "not_found_error",
            500.. => "api_error",
            _ => "invalid_request_error",
        };
        json!({"type": "error", "error": {"type": kind, "message": error.message()}}).into()
    }

    fn describe(&self, _: Option<StatusCode>, _: &ErrorBody, _: &mut Schemas) -> Schema {
        let kind = avocet::model::Property::new("type", Schema::one_of_values(["error"]), true);
        Schema::object(vec![kind])
    }

    fn media_type(&self) -> &'static str {
        "application/vnd.anthropic+json"
    }
}

#[errors]
#[derive(Debug)]
enum ModelError {
    /// There is no such model
    #[error(status = 404)]
    Unknown,
}

#[model]
struct Prompt {
    text: String,
}

async fn complete((prompt,): (Prompt,)) -> Result<String, ModelError> {
    match &*prompt.text {
        "panic" => panic!("the handler panics"),
        "unknown" => Err(ModelError::Unknown),
        _ => Ok(prompt.text),
    }
}

async fn refuse(request: Request, next: Next) -> Result<Response, HttpError> {
    if request.headers().contains_key("x-refuse") {
        return Err(HttpError::new(StatusCode::FORBIDDEN, "No"));
    }
    Ok(next.run(request).await)
}

fn router(prefix: &str) -> Router {
    let route = Operation::post("/complete").id(format!("complete{}", prefix.replace('/', "_")));
    let route = route.handle((Body::<Prompt>::new(),), complete);
    Router::new(prefix).middleware(refuse).routes([route])
}

fn service() -> Service {
    let openai = ErrorFormat::Custom(&OpenAiErrors);
    let anthropic = ErrorFormat::Custom(&AnthropicErrors);
    let inner = router("/inner").error_format(anthropic);
    App::new("Models", "1.0.0")
        .router(router("/plain"))
        .router(router("/openai").error_format(openai).router(inner))
        .router(router("/anthropic").error_format(anthropic))
        .router(router("/details").error_format(ErrorFormat::ProblemDetails))
        .build()
        .expect("it builds")
}

/// Returns status, media type and body.
async fn parts(response: TestResponse) -> (u16, String, Value) {
    let status = response.status().as_u16();
    let media_type = response.headers()["content-type"]
        .to_str()
        .expect("text")
        .to_owned();
    (status, media_type, response.json().await)
}

async fn complete_at(prefix: &str, text: &str) -> (u16, String, Value) {
    let client = TestClient::new(service());
    let request = client
        .post(&format!("{prefix}/complete"))
        .json(&json!({"text": text}));
    parts(request.send().await).await
}

#[tokio::test]
async fn errors_of_the_handler_have_the_format_of_the_router() {
    let (status, media_type, body) = complete_at("/openai", "unknown").await;
    assert_eq!((status, &*media_type), (404, "application/json"));
    assert_eq!(
        body,
        json!({"error": {
            "message": "There is no such model", "type": "invalid_request_error", "param": null, "code": "unknown",
        }})
    );
    let (status, media_type, body) = complete_at("/anthropic", "unknown").await;
    assert_eq!(
        (status, &*media_type),
        (404, "application/vnd.anthropic+json")
    );
    let error = json!({"type": "not_found_error", "message": "There is no such model"});
    assert_eq!(body, json!({"type": "error", "error": error}));
    let (_, media_type, body) = complete_at("/details", "unknown").await;
    assert_eq!(
        (&*media_type, &body["type"]),
        ("application/problem+json", &json!("unknown"))
    );
    let (_, _, body) = complete_at("/plain", "unknown").await;
    assert_eq!(
        body,
        json!({"detail": "There is no such model", "type": "unknown"})
    );
}

#[tokio::test]
async fn the_format_of_the_inner_router_is_used() {
    let (_, media_type, _) = complete_at("/openai/inner", "unknown").await;
    assert_eq!(media_type, "application/vnd.anthropic+json");
}

#[tokio::test]
async fn panics_have_it() {
    let (status, _, body) = complete_at("/openai", "panic").await;
    assert_eq!(
        (status, &body["error"]["type"]),
        (500, &json!("server_error"))
    );
    let (status, _, body) = complete_at("/anthropic", "panic").await;
    assert_eq!((status, &body["error"]["type"]), (500, &json!("api_error")));
}

#[tokio::test]
async fn validation_errors_have_its_status_and_body() {
    let client = TestClient::new(service());
    let send = async |prefix: &str| {
        let request = client
            .post(&format!("{prefix}/complete"))
            .json(&json!({"text": 5}));
        parts(request.send().await).await
    };
    let (status, _, body) = send("/openai").await;
    assert_eq!((status, &body["error"]["param"]), (400, &json!("text")));
    let (status, _, body) = send("/anthropic").await;
    assert_eq!(
        (status, &body["error"]["type"]),
        (422, &json!("invalid_request_error"))
    );
    let (status, _, body) = send("/plain").await;
    assert_eq!(
        (status, &body["detail"][0]["loc"]),
        (422, &json!(["body", "text"]))
    );
}

#[tokio::test]
async fn rejections_have_it() {
    let client = TestClient::new(service());
    for prefix in ["/openai", "/anthropic"] {
        let path = format!("{prefix}/complete");
        let unsupported = client
            .post(&path)
            .header("content-type", "text/plain")
            .body("x");
        let (status, _, body) = parts(unsupported.send().await).await;
        assert_eq!(
            (status, &body["error"]["type"]),
            (415, &json!("invalid_request_error"))
        );
        let (status, _, body) = parts(client.get(&path).send().await).await;
        assert_eq!(
            (status, &body["error"]["type"]),
            (405, &json!("invalid_request_error"))
        );
        let refused = client.post(&path).header("x-refuse", "1").send().await;
        let (status, _, body) = parts(refused).await;
        assert_eq!((status, &body["error"]["message"]), (403, &json!("No")));
    }
}

#[tokio::test]
async fn unknown_paths_have_the_format_of_the_longest_prefix() {
    let client = TestClient::new(service());
    for (path, expected) in [
        (
            "/openai/missing",
            json!({"error": {"message": "Not Found", "type": "invalid_request_error", "param": null, "code": null}}),
        ),
        (
            "/openai/inner/missing",
            json!({"type": "error", "error": {"type": "not_found_error", "message": "Not Found"}}),
        ),
        (
            "/anthropic",
            json!({"type": "error", "error": {"type": "not_found_error", "message": "Not Found"}}),
        ),
        ("/plain/missing", json!({"detail": "Not Found"})),
        ("/openai2/missing", json!({"detail": "Not Found"})),
        ("/missing", json!({"detail": "Not Found"})),
    ] {
        let (status, _, body) = parts(client.get(path).send().await).await;
        assert_eq!((status, body), (404, expected), "{path}");
    }
}

#[test]
fn the_document_describes_the_format_of_each_router() {
    let service = service();
    let document = service.openapi();
    let responses = |prefix: &str| {
        let path = format!("{prefix}/complete");
        document["paths"][&*path]["post"]["responses"].clone()
    };
    let openai = responses("/openai");
    let reference = "#/components/schemas/OpenAiError";
    for status in ["400", "404", "413", "415"] {
        let schema = &openai[status]["content"]["application/json"]["schema"];
        assert_eq!(schema["$ref"], reference, "{status}");
    }
    assert!(openai.get("422").is_none());
    assert!(
        document["components"]["schemas"]
            .get("OpenAiErrorContent")
            .is_some()
    );
    for prefix in ["/anthropic", "/openai/inner"] {
        let content = &responses(prefix)["422"]["content"]["application/vnd.anthropic+json"];
        assert_eq!(
            content["schema"]["properties"]["type"]["enum"][0], "error",
            "{prefix}"
        );
    }
    let plain = responses("/plain");
    let schema = &plain["422"]["content"]["application/json"]["schema"];
    assert_eq!(schema["$ref"], "#/components/schemas/HTTPValidationError");
    let details = responses("/details");
    let schema = &details["422"]["content"]["application/problem+json"]["schema"];
    assert_eq!(schema["$ref"], "#/components/schemas/ProblemDetails");
}

#[tokio::test]
async fn a_time_limit_that_is_not_valid_has_it() {
    let app = App::new("Models", "1.0.0")
        .time_limit_header(HeaderName::from_static("x-timeout"))
        .router(router("/openai").error_format(&OpenAiErrors));
    let client = TestClient::new(app.build().expect("it builds"));
    let request = client.post("/openai/complete").header("x-timeout", "soon");
    let (status, _, body) = parts(request.send().await).await;
    assert_eq!(
        (status, &body["error"]["type"]),
        (400, &json!("invalid_request_error"))
    );
}

#[test]
fn formats_are_compared_by_type() {
    let openai = ErrorFormat::Custom(&OpenAiErrors);
    assert_eq!(openai, ErrorFormat::from(&OpenAiErrors));
    assert_ne!(openai, ErrorFormat::Custom(&AnthropicErrors));
    assert_ne!(openai, ErrorFormat::FastApi);
}

#[test]
fn the_debug_output_of_an_error_has_its_content() {
    let error = HttpError::new(StatusCode::NOT_FOUND, "No such item");
    let shown = format!("{error:?}");
    assert!(
        shown.contains("content: Detail(") && shown.contains("No such item"),
        "{shown}"
    );
}
