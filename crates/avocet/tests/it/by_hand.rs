//! Endpoints built without macros, from request to response and document.

use avocet::extract::{Body, BodyMember, BodyMembers, Cookie, Header, Path, Query, State};
use avocet::model::OrderedJson;
use avocet::operation::Operation;
use avocet::read::Number::Integer;
use avocet::response::HttpError;
use avocet::route::Route;
use avocet::rules::{Ge, Le, MaxItems, MinLength, Rules};
use avocet::testing::TestClient;
use avocet::{App, Router};
use serde_json::{Value, json};

static LIMIT: Rules = Rules::own(&[&Ge(Integer(1)), &Le(Integer(100))]);
static SHORT: Rules = Rules {
    own: &[&MaxItems(3)],
    items: Some(&Rules::own(&[&MinLength(1)])),
    ..Rules::NONE
};

fn routes() -> Vec<Route> {
    let read_item = Operation::get("/items/{item_id}").id("read_item").handle(
        (
            Path::<u32>::new("item_id"),
            Query::<u32>::new("limit").rules(&LIMIT).default(|| 10),
            Header::<Option<String>>::new("user-agent"),
            Cookie::<Option<String>>::new("session"),
        ),
        |(id, limit, agent, session)| async move { json!([id, limit, agent, session]) },
    );
    let sum = Operation::post("/sum").id("sum").handle(
        (
            Query::<bool>::new("negate").default(|| false),
            Body::<Vec<f64>>::new(),
        ),
        |(negate, numbers)| async move {
            if negate {
                -numbers.iter().sum::<f64>()
            } else {
                numbers.iter().sum()
            }
        },
    );
    let names = Operation::post("/names").id("names").body_limit(40).handle(
        (Body::<Vec<String>>::new().rules(&SHORT),),
        |(names,)| async move { names },
    );
    let moves = Operation::post("/moves").id("moves").handle(
        (BodyMembers((
            BodyMember::<String>::new("part"),
            BodyMember::<bool>::new("urgent").default(|| false),
        )),),
        |((part, urgent),)| async move { json!({"part": part, "urgent": urgent}) },
    );
    let state = Operation::get("/state")
        .id("state")
        .handle((State::<String>::new(),), |(s,)| async move { s });
    let fail = Operation::get("/fail/{how}").id("fail").handle(
        (Path::<String>::new("how"),),
        |(how,)| async move {
            match how.as_str() {
                "teapot" => Err(HttpError::new(http::StatusCode::IM_A_TEAPOT, "No coffee")),
                "parse" => Ok("x".parse::<u32>()?),
                "panic" => panic!("on purpose"),
                _ => Ok(1),
            }
        },
    );
    let nothing = Operation::delete("/items/{item_id}")
        .id("drop")
        .handle((Path::<u32>::new("item_id"),), |_| async {});
    vec![read_item, sum, names, moves, state, fail, nothing]
}

fn client() -> TestClient {
    TestClient::new(
        App::new("By hand", "1.0.0")
            .state("here".to_owned())
            .routes(routes())
            .build()
            .expect("it builds"),
    )
}

#[track_caller]
fn error(kind: &str, loc: Value, msg: &str) -> (String, Value, String) {
    (kind.to_owned(), loc, msg.to_owned())
}

async fn errors(response: avocet::testing::TestResponse) -> Vec<(String, Value, String)> {
    assert_eq!(response.status(), 422);
    let body: Value = response.json().await;
    let list = body["detail"].as_array().expect("a list").clone();
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    list.iter()
        .map(|it| (text(&it["type"]), it["loc"].clone(), text(&it["msg"])))
        .collect()
}

#[tokio::test]
async fn arguments_come_from_their_sources() {
    let request = client()
        .get("/items/7?limit=3&limit=5&other=1")
        .header("User-Agent", "me")
        .header("cookie", "a=b; session=s");
    assert_eq!(
        request.send().await.json::<Value>().await,
        json!([7, 5, "me", "s"])
    );
    assert_eq!(
        client().get("/items/7").send().await.json::<Value>().await,
        json!([7, 10, null, null])
    );
}

#[tokio::test]
async fn errors_of_all_sources_come_together() {
    let found = errors(client().get("/items/x?limit=0").send().await).await;
    assert_eq!(
        found,
        [
            error(
                "int_parsing",
                json!(["path", "item_id"]),
                "Input should be a valid integer, unable to parse string as an integer"
            ),
            error(
                "greater_than_equal",
                json!(["query", "limit"]),
                "Input should be greater than or equal to 1"
            ),
        ]
    );
    let found = errors(
        client()
            .post("/sum?negate=maybe")
            .json(&json!([1, "2", null]))
            .send()
            .await,
    )
    .await;
    assert_eq!(found.len(), 3);
    assert_eq!(found[0].1, json!(["query", "negate"]));
    assert_eq!(found[2].1, json!(["body", 2]));
}

#[tokio::test]
async fn rules_reach_into_lists() {
    let found = errors(
        client()
            .post("/names")
            .json(&["a", "", "c", ""])
            .send()
            .await,
    )
    .await;
    let kinds: Vec<_> = found
        .iter()
        .map(|it| (it.0.as_str(), it.1.clone()))
        .collect();
    assert_eq!(
        kinds,
        [
            ("string_too_short", json!(["body", 1])),
            ("string_too_short", json!(["body", 3])),
            ("too_long", json!(["body"])),
        ]
    );
}

#[tokio::test]
async fn several_body_arguments_are_one_object() {
    let response = client()
        .post("/moves")
        .json(&json!({"part": "axle", "other": [1]}))
        .send()
        .await;
    assert_eq!(
        response.json::<Value>().await,
        json!({"part": "axle", "urgent": false})
    );
    let found = errors(client().post("/moves").send().await).await;
    assert_eq!(
        found,
        [error("missing", json!(["body", "part"]), "Field required")]
    );
}

#[tokio::test]
async fn a_body_must_be_there_and_be_json() {
    let found = errors(client().post("/sum").send().await).await;
    assert_eq!(found, [error("missing", json!(["body"]), "Field required")]);
    let found = errors(
        client()
            .post("/sum")
            .header("content-type", "application/vnd.x+json")
            .body("[1,")
            .send()
            .await,
    )
    .await;
    assert_eq!(
        found,
        [error(
            "json_invalid",
            json!(["body", 3]),
            "JSON decode error"
        )]
    );

    let response = client()
        .post("/sum")
        .header("content-type", "text/plain")
        .body("[1]")
        .send()
        .await;
    assert_eq!(response.status(), 415);
    assert!(response.text().await.contains("application/json"));

    let response = client().post("/names").json(&["x"; 20]).send().await;
    assert_eq!(response.status(), 413);
    assert_eq!(
        response.json::<Value>().await,
        json!({"detail": "The body is over the limit of 40 bytes"})
    );
}

#[tokio::test]
async fn state_is_cloned_into_the_handler() {
    assert_eq!(
        client().get("/state").send().await.json::<String>().await,
        "here"
    );
}

#[tokio::test]
async fn errors_have_their_status_and_secrets_stay_inside() {
    let response = client().get("/fail/teapot").send().await;
    assert_eq!(response.status(), 418);
    assert_eq!(
        response.json::<Value>().await,
        json!({"detail": "No coffee"})
    );
    for how in ["parse", "panic"] {
        let response = client().get(&format!("/fail/{how}")).send().await;
        assert_eq!(response.status(), 500);
        assert_eq!(
            response.json::<Value>().await,
            json!({"detail": "Internal Server Error"})
        );
    }
    assert_eq!(
        client().get("/fail/not").send().await.json::<u32>().await,
        1
    );
}

#[tokio::test]
async fn what_no_route_responds_has_an_response_too() {
    let response = client().get("/nowhere").send().await;
    assert_eq!(response.status(), 404);
    assert_eq!(
        response.json::<Value>().await,
        json!({"detail": "Not Found"})
    );

    let response = client().put("/items/7").send().await;
    assert_eq!(response.status(), 405);
    assert_eq!(response.header("allow"), "GET, HEAD, DELETE, OPTIONS");

    assert_eq!(client().options("/items/7").send().await.status(), 204);
    assert_eq!(client().delete("/items/7").send().await.status(), 204);
    let head = client().head("/items/7").send().await;
    assert_eq!(
        (head.status().as_u16(), head.header("content-length")),
        (200, "16")
    );
    assert_eq!(head.bytes().await.len(), 0);

    let response = client().get("/state/?a=b").send().await;
    assert_eq!(
        (response.status().as_u16(), response.header("location")),
        (307, "../state?a=b")
    );
    assert_eq!(client().get("/items/%ff").send().await.status(), 400);
}

#[tokio::test]
async fn the_document_shows_what_is_read_and_answered() {
    let document = client().get("/openapi.json").send().await.text().await;
    let document: OrderedJson = document.parse().expect("JSON");
    crate::publish("by_hand", &document);
    let read_item = &document["paths"]["/items/{item_id}"]["get"];
    assert_eq!(read_item["operationId"], "read_item");
    assert_eq!(
        read_item["parameters"][1],
        json!({"name": "limit", "in": "query", "required": false, "schema": {
            "type": "integer", "format": "uint32", "minimum": 1, "maximum": 100, "default": 10,
        }})
    );
    let names = &document["paths"]["/names"]["post"]["requestBody"]["content"]["application/json"]
        ["schema"];
    assert_eq!(
        *names,
        json!({"type": "array", "items": {"type": "string", "minLength": 1}, "maxItems": 3})
    );
    let statuses: Vec<_> = document["paths"]["/names"]["post"]["responses"]
        .as_object()
        .expect("it is")
        .keys()
        .collect();
    assert_eq!(statuses, ["200", "400", "413", "415", "422"]);
    assert!(
        document["paths"]["/fail/{how}"]["get"]["responses"]["default"]
            .as_object()
            .is_some()
    );
}

#[test]
fn every_mistake_is_reported_with_its_locations() {
    let one = || Operation::get("/x/{a}").handle((Path::<u32>::new("a"),), |(a,)| async move { a });
    let error = App::new("Wrong", "1")
        .routes([
            one(),
            one(),
            Operation::get("/y/{b}").handle((), |()| async { 1 }),
            Operation::get("/z").handle((Path::<u32>::new("c"),), |(c,)| async move { c }),
            Operation::get("/s").handle((State::<u8>::new(),), |(s,)| async move { s }),
            Operation::get("/{").handle((), |()| async { 1 }),
            Operation::get("/same")
                .id("same")
                .handle((), |()| async { 1 }),
            Operation::put("/same")
                .id("same")
                .handle((), |()| async { 1 }),
        ])
        .router(Router::new("/v1").routes([Operation::post("/two").handle(
            (Body::<u8>::new(), Body::<u8>::new()),
            |(a, b)| async move { a + b },
        )]))
        .build()
        .expect_err("it is wrong in many ways")
        .to_string();
    for part in [
        "two routes match the same requests",
        "no argument takes the path variable `b`",
        "takes the path variable `c`, which the path does not have",
        "no state of type `u8` is provided",
        "`/{`",
        "two operations have the id `same`",
        "POST /v1/two in ",
        "by_hand.rs:",
    ] {
        assert!(error.contains(part), "{part} is not in:\n{error}");
    }
}
