//! The same guarantee for values from texts: the application accepts exactly what the document says of the parameters of a query, or of a
//! form, and a model accepts what its fields would accept as separate parameters.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use avocet::prelude::*;
use avocet::testing::{TestClient, TestResponse};
use serde_json::{Value, json};

use super::judge::Judge;
use super::setting;
use super::write::Writer;

#[model]
#[serde(rename_all = "lowercase")]
enum Level {
    Low,
    High,
}

#[model(integer)]
enum Grade {
    Rough = 1,
    Fine = -2,
}

#[model]
struct Port(#[field(ge = 1, multiple_of = 5)] u16);

#[model]
struct Given {
    #[field(le = 200)]
    small: u8,
    #[field(gt = -10)]
    wide: Option<i64>,
    #[field(default = 1, ge = 1)]
    count: u64,
    #[field(ge = -1.5, lt = 1000)]
    ratio: Option<f64>,
    narrow: Option<f32>,
    #[field(default)]
    flag: bool,
    #[field(min_length = 1, max_length = 4)]
    text: Option<String>,
    #[field(pattern = "^[a-z]+-[0-9]+$")]
    code: Option<String>,
    letter: Option<char>,
    level: Option<Level>,
    grade: Option<Grade>,
    port: Option<Port>,
    #[field(default, max_items = 3, items(le = 100))]
    numbers: Vec<i32>,
    #[field(min_items = 2)]
    flags: Option<Vec<bool>>,
    #[field(default)]
    levels: Vec<Level>,
    ports: Option<Vec<Port>>,
}

#[get("/model")]
async fn of_model(#[query] given: Given) -> Given {
    given
}

#[post("/form")]
async fn of_form(#[form] given: Given) -> Given {
    given
}

#[expect(clippy::too_many_arguments, reason = "one of each kind")]
#[get("/values")]
async fn of_values(
    #[query(le = 200)] small: u8,
    #[query(gt = -10)] wide: Option<i64>,
    #[query(default = 1, ge = 1)] count: u64,
    #[query(ge = -1.5, lt = 1000)] ratio: Option<f64>,
    #[query] narrow: Option<f32>,
    #[query(default)] flag: bool,
    #[query(min_length = 1, max_length = 4)] text: Option<String>,
    #[query(pattern = "^[a-z]+-[0-9]+$")] code: Option<String>,
    #[query] letter: Option<char>,
    #[query] level: Option<Level>,
    #[query] grade: Option<Grade>,
    #[query] port: Option<Port>,
    #[query(default, max_items = 3, items(le = 100))] numbers: Vec<i32>,
    #[query(min_items = 2)] flags: Option<Vec<bool>>,
    #[query(default)] levels: Vec<Level>,
    #[query] ports: Option<Vec<Port>>,
) -> Given {
    Given {
        small,
        wide,
        count,
        ratio,
        narrow,
        flag,
        text,
        code,
        letter,
        level,
        grade,
        port,
        numbers,
        flags,
        levels,
        ports,
    }
}

const TEXTS: [&str; 57] = [
    "",
    " ",
    "0",
    "1",
    "-1",
    "-2",
    "2",
    "5",
    "10",
    "15",
    "99",
    "100",
    "101",
    "200",
    "201",
    "255",
    "256",
    "5.0",
    "5.",
    ".5",
    "5.5",
    " 7 ",
    "+3",
    "--3",
    "1_000",
    "1__0",
    "_1",
    "65535",
    "65540",
    "2147483648",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551616",
    "1e3",
    "1e2",
    "-1.5",
    "-1.6",
    "1e39",
    "1e400",
    "inf",
    "-Infinity",
    "nan",
    "0x1",
    "true",
    "FALSE",
    "yes",
    "oFf",
    "t",
    "low",
    "Low",
    "high",
    "a",
    "abc-1",
    "abcd",
    "abcde",
    "ünï😀",
    "null",
];

/// Generates pairs of names and texts, mostly with accepted names.
fn pairs(writer: &mut Writer, names: &[&str]) -> Vec<(String, String)> {
    let mut pairs = vec![("small".to_owned(), "7".to_owned())];
    for _ in 0..writer.below(6) {
        let name = if writer.one_in(12) {
            "other"
        } else {
            writer.pick(names)
        };
        let text = writer.pick(&TEXTS);
        for _ in 0..=writer.below(3) {
            pairs.push((name.to_owned(), text.to_owned()));
        }
        if writer.one_in(2) {
            pairs.push((name.to_owned(), writer.pick(&TEXTS).to_owned()));
        }
    }
    if writer.one_in(10) {
        pairs.remove(0);
    }
    pairs
}

/// Returns the possible JSON values of a text, as Pydantic converts it; implemented independently for comparison.
fn readings(text: &str) -> Vec<Value> {
    let mut readings = vec![json!(text)];
    let trimmed = text.trim();
    let bytes = trimmed.as_bytes();
    let between = |index: usize| {
        index > 0
            && bytes[index - 1].is_ascii_digit()
            && bytes.get(index + 1).is_some_and(u8::is_ascii_digit)
    };
    if (0..bytes.len()).all(|index| bytes[index] != b'_' || between(index)) {
        let digits = trimmed.replace('_', "");
        let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, ""));
        let starts_well = whole.bytes().any(|byte| byte.is_ascii_digit());
        if starts_well && fraction.bytes().all(|byte| byte == b'0') {
            readings.extend(whole.parse::<i64>().ok().map(Value::from));
            readings.extend(whole.parse::<u64>().ok().map(Value::from));
        }
        let float = digits.parse::<f64>().ok().filter(|float| float.is_finite());
        readings.extend(float.map(Value::from));
    }
    match text.to_ascii_lowercase().as_str() {
        "true" | "t" | "yes" | "y" | "on" | "1" => readings.push(json!(true)),
        "false" | "f" | "no" | "n" | "off" | "0" => readings.push(json!(false)),
        _ => {}
    }
    readings
}

/// A parameter in the document.
struct Documented {
    name: String,
    required: bool,
    whole: Judge,
    /// The judge of one item, if the parameter is a list.
    item: Option<Judge>,
}

impl Documented {
    fn new(name: &str, required: bool, schema: &Value, components: &Value) -> Self {
        let judge = |schema: &Value| {
            let mut schema = schema.clone();
            schema["components"] = components.clone();
            Judge::over(schema)
        };
        let spellings = schema["anyOf"]
            .as_array()
            .map_or(std::slice::from_ref(schema), Vec::as_slice);
        let list = spellings
            .iter()
            .find(|spelling| spelling["type"] == "array");
        Self {
            name: name.to_owned(),
            required,
            whole: judge(schema),
            item: list.map(|list| judge(&list["items"])),
        }
    }

    fn accepts(&self, texts: &[&str]) -> bool {
        match (&self.item, texts.last()) {
            (_, None) => !self.required,
            (None, Some(text)) => readings(text).iter().any(|value| self.whole.accepts(value)),
            (Some(item), Some(_)) => {
                let readings = texts
                    .iter()
                    .map(|text| readings(text).into_iter().find(|value| item.accepts(value)));
                readings
                    .collect::<Option<Vec<_>>>()
                    .is_some_and(|items| self.whole.accepts(&Value::Array(items)))
            }
        }
    }
}

fn of_parameters(document: &Value, path: &str) -> Vec<Documented> {
    let parameters = document["paths"][path]["get"]["parameters"]
        .as_array()
        .unwrap()
        .iter();
    let components = &document["components"];
    parameters
        .map(|parameter| {
            let required = parameter["required"] == true;
            Documented::new(
                parameter["name"].as_str().unwrap(),
                required,
                &parameter["schema"],
                components,
            )
        })
        .collect()
}

fn of_fields(document: &Value) -> Vec<Documented> {
    let components = &document["components"];
    let model = &components["schemas"]["Given-Input"];
    let model = if model.is_null() {
        &components["schemas"]["Given"]
    } else {
        model
    };
    let required = model["required"].as_array().unwrap();
    let properties = model["properties"].as_object().unwrap().iter();
    properties
        .map(|(name, schema)| {
            Documented::new(name, required.contains(&json!(name)), schema, components)
        })
        .collect()
}

/// Returns the status and the body, with sorted validation errors.
async fn told(response: TestResponse) -> (u16, Value) {
    let status = response.status().as_u16();
    let mut body: Value = response.json().await;
    if let Some(errors) = body["detail"].as_array_mut() {
        errors.sort_by_key(ToString::to_string);
    }
    (status, body)
}

#[tokio::test]
async fn what_is_documented_of_texts_is_what_is_taken() {
    let app = App::new("Texts", "1.0.0").routes(routes![of_model, of_values, of_form]);
    let client = TestClient::new(app.build().unwrap());
    let document: Value = client.get("/openapi.json").send().await.json().await;
    let (of_model, of_values) = (
        of_parameters(&document, "/model"),
        of_parameters(&document, "/values"),
    );
    let of_form = of_fields(&document);
    let names: Vec<&str> = of_values.iter().map(|it| it.name.as_str()).collect();
    let expected = |include_in_schema: &[Documented], pairs: &[(&str, &str)]| {
        include_in_schema.iter().all(|parameter| {
            let own = pairs.iter().filter(|(name, _)| *name == parameter.name);
            parameter.accepts(&own.map(|(_, text)| *text).collect::<Vec<_>>())
        })
    };
    let (mut accepted, mut rejected) = (0, 0);
    for number in 0..setting("AVOCET_TRUTH_TEXTS", 2_000) {
        let mut writer = Writer::new(
            setting("AVOCET_TRUTH_SEED", 1)
                .wrapping_mul(7_368_787)
                .wrapping_add(number),
        );
        let pairs = pairs(&mut writer, &names);
        let pairs: Vec<(&str, &str)> = pairs
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_str()))
            .collect();
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&pairs)
            .finish();
        let model = told(client.get(&format!("/model?{query}")).send().await).await;
        let values = told(client.get(&format!("/values?{query}")).send().await).await;
        assert_eq!(model, values, "{query}");
        let is_good = model.0 == 200;
        assert_eq!(is_good, expected(&of_model, &pairs), "{query}\n{}", model.1);
        assert_eq!(
            is_good,
            expected(&of_values, &pairs),
            "{query}\n{}",
            model.1
        );

        let form = told(client.post("/form").form(&pairs).send().await).await;
        // A single empty text is an unfilled field.
        let is_array = |name: &str| {
            of_form
                .iter()
                .any(|field| field.name == name && field.item.is_some())
        };
        let mut filled: Vec<(&str, &str)> = Vec::new();
        for (name, text) in &pairs {
            if text.is_empty() && !is_array(name) {
                filled.retain(|(known, _)| known != name);
            } else {
                filled.push((*name, *text));
            }
        }
        assert_eq!(
            form.0 == 200,
            expected(&of_form, &filled),
            "{query}\n{}",
            form.1
        );
        *(if is_good {
            &mut accepted
        } else {
            &mut rejected
        }) += 1;
    }
    // A one-sided sample would prove little.
    assert!(accepted > 100 && rejected > 100, "{accepted} {rejected}");
}
