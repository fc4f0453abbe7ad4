//! Maps whose keys are integers, names or newtypes.

use std::collections::{BTreeMap, HashMap};

use avocet::prelude::*;

use super::*;

#[model]
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[serde(rename_all = "lowercase")]
enum Color {
    Red,
    #[serde(alias = "verdant")]
    Green,
}

#[model(integer)]
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Grade {
    Rough = -1,
    Fine = 2,
}

#[model(literal)]
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "lowercase")]
enum Channel {
    Web,
    #[serde(other)]
    Other,
}

#[model]
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Name(#[field(min_length = 2)] String);

#[model(output)]
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "lowercase")]
enum State {
    Ready,
}

#[model]
#[derive(Debug)]
struct Request {
    #[field(default, max_items = 2, items(ge = -100, le = 100), keys(max_length = 5))]
    logit_bias: HashMap<u32, f32>,
    #[field(default)]
    colors: BTreeMap<Color, u8>,
    #[field(default)]
    grades: BTreeMap<Grade, u8>,
    #[field(default)]
    names: BTreeMap<Name, BTreeMap<i8, bool>>,
}

#[model(output)]
struct States {
    states: BTreeMap<State, u8>,
}

fn read(text: &str) -> Result<Request, Vec<String>> {
    from_json(text.as_bytes()).map_err(|errors| errors.iter().map(ToString::to_string).collect())
}

#[test]
fn integers_and_names_are_keys_on_both_sides() {
    let text = json!({
        "logit_bias": {"50256": -100.0}, "colors": {"red": 1, "green": 2}, "grades": {"-1": 3, "2": 4},
        "names": {"ab": {"-128": true, "0": false}},
    });
    let request = read(&text.to_string()).expect("it is good");
    assert_eq!(json!(request.logit_bias[&50256]), json!(-100.0));
    assert_eq!(request.colors[&Color::Green], 2);
    assert_eq!(request.grades[&Grade::Rough], 3);
    assert_eq!(serde_json::to_value(&request).expect("JSON"), text);
    assert_eq!(
        json!(States {
            states: BTreeMap::from([(State::Ready, 1)])
        }),
        json!({"states": {"ready": 1}})
    );
    let other: BTreeMap<Channel, u8> = from_json(br#"{"web": 1, "mail": 2}"#).expect("good");
    assert_eq!(other[&Channel::Other], 2);
    let alias: BTreeMap<Color, u8> = from_json(br#"{"verdant": 1}"#).expect("good");
    assert_eq!(alias[&Color::Green], 1);
}

#[test]
fn a_wrong_key_is_an_error_at_the_key() {
    const INTEGER: &str = "Input should be a valid integer, unable to parse string as an integer";
    for (text, expected) in [
        (
            r#"{"logit_bias": {"x": 1}}"#,
            format!("body.logit_bias.x.[key]: {INTEGER}"),
        ),
        (
            r#"{"logit_bias": {"1.0": 1}}"#,
            format!("body.logit_bias.1.0.[key]: {INTEGER}"),
        ),
        (
            r#"{"logit_bias": {"01": 1}}"#,
            format!("body.logit_bias.01.[key]: {INTEGER}"),
        ),
        (
            r#"{"logit_bias": {"-1": 1}}"#,
            "body.logit_bias.-1.[key]: Input should be greater than or equal to 0".to_owned(),
        ),
        (
            r#"{"logit_bias": {"123456": 1}}"#,
            "body.logit_bias.123456.[key]: String should have at most 5 characters".to_owned(),
        ),
        (
            r#"{"colors": {"blue": 1}}"#,
            "body.colors.blue.[key]: Input should be 'red', 'green' or 'verdant'".to_owned(),
        ),
        (
            r#"{"grades": {"2.0": 1}}"#,
            "body.grades.2.0.[key]: Input should be -1 or 2".to_owned(),
        ),
        (
            r#"{"names": {"a": {}}}"#,
            "body.names.a.[key]: String should have at least 2 characters".to_owned(),
        ),
        (
            r#"{"names": {"ab": {"128": true}}}"#,
            "body.names.ab.128.[key]: Input should be less than or equal to 127".to_owned(),
        ),
    ] {
        assert_eq!(read(text).expect_err(text), [expected], "{text}");
    }
    let errors = read(r#"{"logit_bias": {"x": "y", "1": 101}}"#).expect_err("three are wrong");
    assert_eq!(errors.len(), 3, "{errors:?}");
}

#[test]
fn the_document_says_what_keys_look_like() {
    let names = |schema: &Value| schema["propertyNames"].clone();
    assert_eq!(
        names(&schema_of::<BTreeMap<Color, u8>>(Side::Input)),
        json!({"type": "string", "enum": ["red", "green", "verdant"]})
    );
    assert_eq!(
        names(&schema_of::<BTreeMap<Grade, u8>>(Side::Output)),
        json!({"type": "string", "enum": ["-1", "2"]})
    );
    assert_eq!(
        names(&schema_of::<BTreeMap<Name, u8>>(Side::Input)),
        json!({"type": "string", "minLength": 2})
    );
    assert_eq!(
        names(&schema_of::<BTreeMap<Channel, u8>>(Side::Input)),
        Value::Null
    );
    assert_eq!(
        names(&schema_of::<BTreeMap<String, u8>>(Side::Input)),
        Value::Null
    );
    let judge = judge(&schema_of::<HashMap<u8, u8>>(Side::Input));
    for key in [
        "0", "9", "10", "99", "100", "249", "255", "256", "-1", "007", "1.0", "", "x", "1e1",
    ] {
        let body = json!({key: 1});
        let read = from_json::<HashMap<u8, u8>>(body.to_string().as_bytes());
        assert_eq!(read.is_ok(), judge.is_valid(&body), "{key:?}");
    }
}

#[post("/bias")]
async fn bias(#[body] bias: BTreeMap<u32, f32>) -> BTreeMap<u32, f32> {
    bias
}

#[tokio::test]
async fn such_a_map_is_a_body_and_a_response() {
    let app = App::new("Keys", "1.0.0").routes(routes![bias]);
    let client = avocet::testing::TestClient::new(app.build().expect("it builds"));
    let response = client.post("/bias").json(&json!({"7": 0.5})).send().await;
    assert_eq!(response.json::<Value>().await, json!({"7": 0.5}));
}
