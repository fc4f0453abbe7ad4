//! Doc comments in the document: paragraphs, and parts that are macros.

use avocet::model::Side;
use avocet::prelude::*;
use avocet::response::ResponseHeaders;
use avocet::route::IntoRoute;

use super::described;

/// Embed texts
/// of any length.
///
/// One vector
/// for each.
#[get("/paragraph")]
async fn paragraph() -> u32 {
    1
}

#[doc = include_str!("doc_comments.md")]
///
/// In order.
#[get("/file")]
async fn file(
    #[doc = concat!("At ", "least 1.")]
    #[query]
    count: u32,
) -> u32 {
    count
}

#[doc = concat!("Not this ", "line.")]
#[get("/own", summary = "Own")]
async fn own() -> u32 {
    1
}

#[test]
fn the_first_paragraph_is_the_summary_of_an_operation() {
    let route = paragraph {}.into_route();
    assert_eq!(route.operation().summary, "Embed texts of any length");
    assert_eq!(route.operation().description, "One vector\nfor each.");
}

#[test]
fn a_doc_comment_can_be_a_file() {
    let route = file {}.into_route();
    let operation = route.operation();
    assert_eq!(operation.summary, "Embed texts");
    assert_eq!(
        operation.description,
        "A vector for each text.\n\n\nIn order."
    );
    assert_eq!(operation.parameters[0].description, "At least 1.");
    let route = own {}.into_route();
    let operation = route.operation();
    assert_eq!(
        (&*operation.summary, &*operation.description),
        ("Own", "Not this line.")
    );
}

#[doc = concat!("A ", "model.")]
#[model]
struct Documented {
    #[doc = concat!("A ", "field.")]
    field: u32,
}

#[model]
#[serde(tag = "type")]
enum Tagged {
    #[doc = concat!("A ", "variant.")]
    One { field: u32 },
}

#[errors]
enum Documentable {
    #[doc = concat!("It is ", "gone.")]
    #[error(status = 410)]
    Gone,
}

#[headers]
struct Head {
    #[doc = concat!("A ", "header.")]
    x_head: u32,
}

#[get("/gone")]
async fn gone() -> Result<u32, Documentable> {
    Err(Documentable::Gone)
}

#[test]
fn models_fields_errors_and_headers_have_them() {
    let schema = described::<Documented>(Side::Output).to_string();
    assert!(schema.contains(r#""description":"A model.""#), "{schema}");
    assert!(schema.contains(r#""description":"A field.""#), "{schema}");
    let document = App::new("Documented", "1")
        .routes(routes![gone])
        .build()
        .unwrap();
    let document = document.openapi().to_string();
    assert!(document.contains("It is gone."), "{document}");
    let error: HttpError = avocet::response::ResponseError::into_error(Documentable::Gone);
    let body = error.to_json(avocet::response::ErrorFormat::default());
    assert!(body.to_string().contains("It is gone."), "{body}");
    let schemas = &mut avocet::model::Schemas::new(Side::Output);
    let headers = Head::describe(schemas);
    assert_eq!(headers[0].description, "A header.");
    let _ = Head { x_head: 1 };
    let schema = described::<Tagged>(Side::Output).to_string();
    assert!(!schema.is_empty());
}
