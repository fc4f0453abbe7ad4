//! One variant that several values of the tag select, like Pydantic's `Literal["a", "b"]` as a discriminator.

use avocet::input::from_json;
use avocet::prelude::*;
use avocet::testing::TestClient;
use serde_json::{Value, json};

use super::errors;

#[model]
#[derive(Debug, PartialEq)]
struct Move {
    steps: u32,
}

#[model]
struct Paging {
    page: u32,
}

#[model]
struct Listing {
    #[serde(flatten)]
    paging: Paging,
    items: Vec<Move>,
}

#[model]
#[derive(Debug, PartialEq)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Command {
    #[serde(alias = "go", alias = "walk")]
    Move(Move),
    Stop,
}

#[test]
fn every_tag_of_a_variant_selects_it_and_stands_in_the_locations_of_its_errors() {
    for tag in ["move", "go", "walk"] {
        let text = json!({"kind": tag, "steps": 2}).to_string();
        let read = from_json::<Command>(text.as_bytes()).unwrap();
        assert_eq!(read, Command::Move(Move { steps: 2 }), "{tag}");
        let text = json!({"kind": tag, "steps": "x"}).to_string();
        assert_eq!(
            errors::<Command>(&text)[0].1,
            format!("body.{tag}.steps: Input should be a valid integer")
        );
    }
    assert_eq!(
        errors::<Command>(r#"{"kind": "run"}"#)[0].1,
        "body: Input tag 'run' found using 'kind' does not match any of the expected tags: 'move', 'go', 'walk', 'stop'"
    );
    let written = serde_json::to_value(Command::Move(Move { steps: 1 })).unwrap();
    assert_eq!(written, json!({"kind": "move", "steps": 1}));
}

#[post("/commands")]
async fn command(#[body] command: Command) -> Command {
    command
}

#[get("/listing")]
async fn listing(#[query] paging: Paging) -> Listing {
    Listing {
        paging,
        items: Vec::new(),
    }
}

fn components(routes: impl IntoIterator<Item = avocet::route::Route>) -> Value {
    let app = App::new("Commands", "1").routes(routes).build().unwrap();
    app.openapi()["components"]["schemas"].clone().into()
}

#[test]
fn every_tag_stands_in_the_document() {
    let components = components(routes![command]);
    assert_eq!(
        components["Command"]["discriminator"]["mapping"],
        json!({
            "move": "#/components/schemas/CommandMove",
            "go": "#/components/schemas/CommandMove",
            "walk": "#/components/schemas/CommandMove",
            "stop": "#/components/schemas/CommandStop",
        })
    );
    assert_eq!(
        components["CommandMove"]["properties"]["kind"]["enum"],
        json!(["move", "go", "walk"])
    );
}

#[test]
fn what_stands_in_another_object_is_no_component() {
    let components = components(routes![command, listing]);
    let mut names: Vec<_> = components.as_object().unwrap().keys().collect();
    names.retain(|name| !name.contains("Validation"));
    names.sort();
    assert_eq!(
        names,
        ["Command", "CommandMove", "CommandStop", "Listing", "Move"]
    );
}

#[tokio::test]
async fn a_command_by_another_tag_is_taken() {
    let app = App::new("Commands", "1").routes(routes![command]);
    let client = TestClient::new(app.build().unwrap());
    let sent = client
        .post("/commands")
        .json(&json!({"kind": "go", "steps": 3}));
    assert_eq!(
        sent.send().await.text().await,
        r#"{"kind":"move","steps":3}"#
    );
}
