//! The document's information about the application as a whole.

use avocet::prelude::*;
use avocet::{Contact, License, Mistake};
use serde_json::{Value, json};

use super::document;

#[get("/open", tag = "doors")]
async fn open() -> bool {
    true
}

#[test]
fn what_is_not_said_is_written_out_as_the_specification_has_it() {
    let document = document(routes![open]);
    assert_eq!(document["servers"], json!([{"url": "/"}]));
    assert_eq!(document["paths"]["/open"]["get"]["security"], json!([]));
    assert_eq!(
        document["info"],
        json!({"title": "Documented", "version": "1"})
    );
    assert_eq!(document["tags"], Value::Null);
}

#[test]
fn what_the_application_says_is_there() {
    let app = App::new("Doors", "1")
        .description("Opens *doors*.")
        .terms_of_service("https://example.com/terms")
        .contact(
            Contact::new("Porter")
                .email("porter@example.com")
                .url("https://example.com"),
        )
        .license(License::at("House rules", "https://example.com/rules"))
        .server("https://example.com/v1", "Production")
        .server("/v1", "")
        .describe_tag("doors", "What opens.")
        .routes(routes![open]);
    let service = app.build().expect("it builds");
    let document = service.openapi();
    crate::publish("about", document);
    assert_eq!(
        document["info"],
        json!({
            "title": "Doors",
            "version": "1",
            "description": "Opens *doors*.",
            "termsOfService": "https://example.com/terms",
            "contact": {"name": "Porter", "url": "https://example.com", "email": "porter@example.com"},
            "license": {"name": "House rules", "url": "https://example.com/rules"},
        })
    );
    assert_eq!(
        document["servers"],
        json!([{"url": "https://example.com/v1", "description": "Production"}, {"url": "/v1"}])
    );
    assert_eq!(
        document["tags"],
        json!([{"name": "doors", "description": "What opens."}])
    );
}

#[test]
fn addresses_that_no_request_can_begin_with_are_mistakes() {
    let addresses = [
        "",
        "https://{host}/v1",
        "https://example.com?v=1",
        "/a b",
        "/v1#top",
    ];
    let app = addresses
        .iter()
        .fold(App::new("Doors", "1"), |app, url| app.server(*url, ""));
    let app = app.describe_tag("doors", "a").describe_tag("doors", "b");
    let error = app.build().expect_err("mistakes");
    let what: Vec<_> = error.mistakes().iter().map(Mistake::what).collect();
    assert_eq!(what.len(), 6, "{error}");
    assert_eq!(
        what[1],
        "the server address \"https://{host}/v1\" has a variable in braces, and variables are not supported; write one like \
         `https://api.example.com/v1` or `/v1`"
    );
    assert_eq!(
        what[5],
        "the tag `doors` is described twice; remove one description"
    );
}
