//! The documentation of a form, and operations that fail at start-up.

use avocet::extract::{Body as JsonBody, File, Form};
use avocet::operation::Operation;
use avocet::prelude::*;
use avocet::serve::Limits;
use bytes::Bytes;
use serde_json::json;

use super::{app, by_hand, order_prints, upload_album, upload_file};

#[test]
fn the_document_shows_the_form() {
    let [by_hand, macros] = [
        app(by_hand(), Limits::default()).openapi().clone(),
        App::new("Print shop", "1.0.0")
            .routes(routes![order_prints, upload_file, upload_album])
            .build()
            .unwrap()
            .openapi()
            .clone(),
    ];
    let schemas = &by_hand["components"]["schemas"];
    let binary = json!({
        "type": "string", "format": "binary", "contentMediaType": "application/octet-stream",
    });
    assert_eq!(
        by_hand["paths"]["/orders"]["post"]["requestBody"],
        json!({"required": true, "content": {
            "application/x-www-form-urlencoded": {
                "schema": {"$ref": "#/components/schemas/Body_order_prints"},
                "encoding": {"sizes": {"style": "form", "explode": true}},
            },
        }})
    );
    assert_eq!(schemas["Body_order_prints"]["required"], json!(["title"]));
    assert_eq!(
        schemas["Body_order_prints"]["properties"]["copies"]["default"],
        1
    );
    assert_eq!(
        by_hand["paths"]["/albums"]["post"]["requestBody"]["content"],
        json!({"multipart/form-data": {"schema": {"$ref": "#/components/schemas/Body_upload_album"}}})
    );
    let album = &schemas["Body_upload_album"];
    assert_eq!(
        album["properties"]["pages"],
        json!({"type": "array", "items": binary, "maxItems": 2})
    );
    assert_eq!(
        album["properties"]["cover"],
        json!({"anyOf": [binary, {"type": "null"}]})
    );
    assert_eq!(album["properties"]["notes"]["default"], "");
    assert_eq!(
        schemas["Body_upload_file"]["properties"]["file"]["description"],
        "Any."
    );
    for name in ["Body_order_prints", "Body_upload_file", "Body_upload_album"] {
        let (hand, macros) = (&schemas[name], &macros["components"]["schemas"][name]);
        assert_eq!(hand["properties"], macros["properties"], "{name}");
        assert_eq!(
            hand["required"].as_array().unwrap().len(),
            macros["required"].as_array().unwrap().len()
        );
    }
}

#[test]
fn a_form_beside_a_json_body_does_not_start() {
    let both = [
        Operation::post("/a").handle(
            (Form::<u32>::new("n"), JsonBody::<u32>::new()),
            |(n, m)| async move { n + m },
        ),
        Operation::post("/b").handle(
            (JsonBody::<u32>::new(), File::<Bytes>::new("f")),
            |(n, _)| async move { n },
        ),
        Operation::post("/c").handle(
            (Form::<u32>::new("n"), Form::<i8>::new("n")),
            |(n, _)| async move { n },
        ),
        Operation::post("/d").handle(
            (Form::<u32>::new("n"), File::<Bytes>::new("n")),
            |(n, _)| async move { n },
        ),
    ];
    let error = App::new("Both", "1.0.0").routes(both).build().unwrap_err();
    assert_eq!(error.mistakes().len(), 4);
    let same = Operation::post("/").handle(
        (Form::<u32>::new("n"), Form::<u32>::new("n")),
        |(n, m)| async move { n + m },
    );
    assert!(App::new("Same", "1.0.0").routes([same]).build().is_ok());
}
