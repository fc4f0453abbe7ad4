//! Responses that an application sets for types of errors, and redirects.

use std::convert::Infallible;
use std::error::Error;
use std::fmt;

use avocet::prelude::*;
use avocet::response::{ErrorFormat, Redirect, WithStatus};
use avocet::testing::{TestClient, TestResponse};
use serde_json::{Value, json};

#[derive(Debug)]
struct Busy {
    seconds: u32,
}

#[derive(Debug)]
struct Missing;

#[derive(Debug)]
struct SignedOut;

macro_rules! errors {
    ($($name:ident)*) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(stringify!($name))
            }
        }
        impl Error for $name {}
    )*};
}

errors!(Busy Missing SignedOut);

#[model(output)]
struct Closed {
    reason: String,
}

#[headers]
struct Later {
    retry_after: u32,
}

#[errors]
enum NotHere {
    /// There is no such row.
    #[error(status = 404)]
    Missing,
}

fn busy(error: &Busy) -> WithStatus<WithHeaders<Closed, Later>, 503> {
    let closed = Closed {
        reason: error.to_string(),
    };
    let retry_after = error.seconds;
    let response = WithHeaders::new(closed, Later { retry_after });
    WithStatus::new(StatusCode::SERVICE_UNAVAILABLE, response)
}

fn missing(_: &Missing) -> Result<Infallible, NotHere> {
    Err(NotHere::Missing)
}

fn signed_out(_: &SignedOut) -> Redirect {
    Redirect::to("/login")
}

#[dependency]
async fn session(#[query(default)] signed_out: bool) -> Result<(), HttpError> {
    if signed_out {
        Err(SignedOut.into())
    } else {
        Ok(())
    }
}

#[post("/rows", status = 201, requires(session))]
async fn add_row(#[query(default)] missing: bool) -> Result<u32, HttpError> {
    if missing {
        Err(Missing)?;
    }
    Err(Busy { seconds: 5 }.into())
}

#[get("/stream")]
async fn rows() -> Sse<Closed> {
    Sse::new(stream! {
        Err(Busy { seconds: 6 })?;
        yield Closed { reason: String::new() };
    })
}

#[get("/other")]
async fn other() -> Result<u32, HttpError> {
    Err(std::io::Error::other("a secret").into())
}

/// An error with a boxed cause, as errors of `anyhow` and `eyre` have it.
#[derive(Debug)]
struct Wrapped(Box<dyn Error + Send + Sync>);

impl fmt::Display for Wrapped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("wrapped")
    }
}

impl Error for Wrapped {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.0)
    }
}

#[get("/wrapped")]
async fn wrapped(#[query] how: String) -> Result<u32, HttpError> {
    let busy = Busy { seconds: 7 };
    Err(match &*how {
        "boxed" => HttpError::internal(Box::<dyn Error + Send + Sync>::from(busy)),
        "once" => Wrapped(busy.into()).into(),
        "deep" => Wrapped(Wrapped(std::io::Error::other(busy).into()).into()).into(),
        "both" => Wrapped(Box::new(Wrapped(Missing.into()))).into(),
        other => HttpError::internal(other.to_owned()),
    })
}

#[get("/sure")]
async fn sure() -> Result<u32, NotHere> {
    Ok(1)
}

fn app() -> App {
    App::new("Rows", "1.0.0")
        .map_error(|error: &Busy| busy(error))
        .map_error(missing)
        .map_error(signed_out)
        .routes(routes![add_row, rows, other, sure, wrapped])
}

async fn post(app: App, path: &str) -> TestResponse {
    let client = TestClient::new(app.build().expect("a service"));
    client.post(path).send().await
}

async fn get(path: &str) -> TestResponse {
    let client = TestClient::new(app().build().expect("a service"));
    client.get(path).send().await
}

#[tokio::test]
async fn errors_of_handlers_dependencies_and_streams_are_mapped() {
    let response = post(app(), "/rows").await;
    assert_eq!(response.status(), 503);
    assert_eq!(response.headers()["retry-after"], "5");
    assert_eq!(response.text().await, r#"{"reason":"Busy"}"#);
    let response = post(app(), "/rows?signed_out=1").await;
    assert_eq!(response.status(), 307);
    assert_eq!(response.headers()["location"], "/login");
    let response = get("/stream").await;
    assert_eq!(response.status(), 503);
    assert_eq!(response.headers()["retry-after"], "6");
}

#[tokio::test]
async fn an_errors_enum_has_the_format_of_the_application() {
    let response = post(app(), "/rows?missing=1").await;
    assert_eq!(response.status(), 404);
    assert_eq!(
        response.json::<Value>().await,
        json!({"detail": "There is no such row.", "type": "missing"})
    );
    let problems = app().error_format(ErrorFormat::ProblemDetails);
    let response = post(problems, "/rows?missing=1").await;
    assert_eq!(
        response.headers()["content-type"],
        "application/problem+json"
    );
}

#[tokio::test]
async fn the_causes_of_an_error_are_mapped() {
    for how in ["boxed", "once", "deep"] {
        let response = get(&format!("/wrapped?how={how}")).await;
        assert_eq!(response.status(), 503, "{how}");
        assert_eq!(response.headers()["retry-after"], "7", "{how}");
    }
    assert_eq!(get("/wrapped?how=text").await.status(), 500);
}

#[tokio::test]
async fn the_outermost_error_with_a_response_decides() {
    fn teapot(_: &Wrapped) -> WithStatus<(), 418> {
        WithStatus::new(StatusCode::IM_A_TEAPOT, ())
    }
    let client = TestClient::new(app().map_error(teapot).build().expect("a service"));
    let response = client.get("/wrapped?how=both").send().await;
    assert_eq!(response.status(), 418);
    assert_eq!(get("/wrapped?how=both").await.status(), 404);
}

#[tokio::test]
async fn an_error_of_another_type_is_a_500_without_details() {
    let response = get("/other").await;
    assert_eq!(response.status(), 500);
    assert_eq!(
        response.text().await,
        r#"{"detail":"Internal Server Error"}"#
    );
}

#[test]
fn the_document_has_them_where_any_error_can_happen() {
    let service = app().build().expect("a service");
    crate::publish("mapped-errors", service.openapi());
    let document: Value = service.openapi().clone().into();
    let responses = |path: &str, method: &str| document["paths"][path][method]["responses"].clone();
    let of_row = responses("/rows", "post");
    assert_eq!(
        of_row["503"]["content"]["application/json"]["schema"],
        json!({"$ref": "#/components/schemas/Closed"})
    );
    assert_eq!(of_row["503"]["headers"]["retry-after"]["required"], true);
    for status in ["201", "307", "404", "default"] {
        assert!(of_row[status].is_object(), "{status}: {of_row}");
    }
    assert!(responses("/stream", "get")["503"].is_object());
    assert_eq!(responses("/sure", "get")["503"], Value::Null);
}

#[test]
fn a_response_of_a_success_and_a_second_one_are_mistakes() {
    let app = app().map_error(|_: &Missing| 1_u32);
    let error = app.build().expect_err("two mistakes").to_string();
    assert!(error.contains("is called twice for"), "{error}");
    assert!(error.contains("with the status 200"), "{error}");
}

#[tokio::test]
async fn the_response_to_the_status_of_a_mapped_error_sees_the_request() {
    let app = App::new("Rows", "1.0.0")
        .routes(routes![add_row])
        .map_error(missing)
        .error_response(StatusCode::NOT_FOUND, |page| {
            PlainText(format!(
                "{} {}: {}",
                page.method(),
                page.path(),
                page.message()
            ))
        });
    let client = TestClient::new(app.build().expect("it builds"));
    let response = client.post("/rows?missing=true").send().await;
    assert_eq!(response.status(), 404);
    let text = response.text().await;
    assert!(text.starts_with("POST /rows: "), "{text}");
}

#[get("/redirect", status = 303)]
async fn redirect(#[query] to: String) -> Redirect {
    Redirect::to(to)
}

#[get("/not-a-redirect", status = 201)]
async fn not_a_redirect() -> Redirect {
    Redirect::to("/")
}

#[tokio::test]
async fn v15_v16_a_redirect_has_a_url_that_can_be_sent() {
    let app = App::new("Redirects", "1.0.0").routes(routes![redirect]);
    let client = TestClient::new(app.build().expect("a service"));
    let response = client.get("/redirect?to=/a?b%3Dc%23d").send().await;
    assert_eq!(response.status(), 303);
    assert_eq!(response.headers()["location"], "/a?b=c#d");
    for invalid in [
        "/a%0d%0ax:y",
        "/a%20b",
        "/%C3%BC",
        "//evil.example",
        "///evil.example",
        "/%5Cevil.example",
        "%5C%5Cevil.example",
        "https:%5C%5Cevil.example",
        "/%09/evil.example",
    ] {
        let response = client.get(&format!("/redirect?to={invalid}")).send().await;
        assert_eq!(response.status(), 500, "{invalid}");
        assert!(!response.headers().contains_key("location"), "{invalid}");
    }
    // The program may choose another host.
    let response = client
        .get("/redirect?to=https://login.example/")
        .send()
        .await;
    assert_eq!(response.headers()["location"], "https://login.example/");
    let app = App::new("Redirects", "1.0.0").routes(routes![not_a_redirect]);
    let error = app.build().expect_err("a mistake").to_string();
    assert!(error.contains("`Redirect` needs one such as"), "{error}");
}

#[test]
fn v15_a_local_redirect_stays_on_its_origin() {
    for path in [
        "/",
        "/orders",
        "/orders/7?a=//b&c=%5C#d",
        "/a//b",
        "/@evil.example",
    ] {
        assert_eq!(Redirect::local(path), Some(Redirect::to(path)), "{path}");
    }
    for other in [
        "",
        "orders",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/a\\..\\evil.example",
        "/\t/evil.example",
        "\t//evil.example",
        " /orders",
        "/\r\nset-cookie: a=b",
        "/\0",
        "/\u{fc}",
        "https://evil.example/",
        "https:evil.example",
        "javascript:alert(1)",
        ".evil.example",
        "@evil.example",
    ] {
        assert_eq!(Redirect::local(other), None, "{other:?}");
    }
}
