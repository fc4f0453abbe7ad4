//! Metrics: the format and the counts.

use std::collections::{BTreeMap, BTreeSet};

use avocet::observe::Metrics;
use avocet::prelude::*;
use avocet::serve::Limits;
use avocet::testing::TestClient;

#[model(output)]
struct Token {
    text: &'static str,
}

#[model(input)]
struct Number {
    #[field(le = 9)]
    number: u32,
}

#[get("/items/{id}")]
async fn item(id: u32) -> Result<u32, HttpError> {
    match id {
        0 => Err(HttpError::new(StatusCode::NOT_FOUND, "No such item")),
        1 => panic!("on purpose"),
        id => Ok(id),
    }
}

#[post("/numbers", body_limit = 50)]
async fn number(#[body] number: Number) -> u32 {
    number.number
}

#[get("/tokens/{count}")]
async fn tokens(count: u32) -> Sse<Token> {
    Sse::new(stream! {
        for number in 0..count {
            assert!(number < 7, "on purpose");
            tokio::task::yield_now().await;
            yield Token { text: "a" };
        }
    })
}

#[get("/never")]
async fn never() -> u32 {
    std::future::pending().await
}

fn client(metrics: &Metrics) -> TestClient {
    let app = App::new("Counted", "1.0.0").metrics(metrics.clone().at("/metrics"));
    let app = app.limits(Limits::default().json_depth(3));
    let app = app.routes(routes![item, number, tokens, never]);
    TestClient::new(app.build().expect("it builds"))
}

/// Samples by name and labels, as written.
type Samples = BTreeMap<String, f64>;

/// Parses the text format strictly: families are announced and contiguous, histograms add up.
fn parse(text: &str) -> Samples {
    let mut samples = Samples::new();
    let mut families = BTreeSet::new();
    let (mut family, mut kind) = ("", "");
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(help) = line.strip_prefix("# HELP ") {
            let (name, help) = help.split_once(' ').expect("a help text");
            assert!(
                !help.is_empty() && families.insert(name),
                "{name} comes twice"
            );
            let announced = lines
                .next()
                .and_then(|line| line.strip_prefix("# TYPE "))
                .expect("a type");
            (family, kind) = announced.split_once(' ').expect("a type");
            assert_eq!(family, name);
            assert!(["counter", "gauge", "histogram"].contains(&kind), "{kind}");
            assert_eq!(kind == "counter", name.ends_with("_total"), "{name}");
            continue;
        }
        let (series, value) = line.rsplit_once(' ').expect("a value");
        let (name, labels) = series.split_once('{').unwrap_or((series, "}"));
        let is_of_family = match kind {
            "histogram" => name
                .strip_prefix(family)
                .is_some_and(|end| ["_bucket", "_sum", "_count"].contains(&end)),
            _ => name == family,
        };
        assert!(is_of_family, "{name} in {family}");
        let labels = labels.strip_suffix('}').expect("closed labels");
        for label in labels.split(',').filter(|label| !label.is_empty()) {
            let (name, value) = label.split_once("=\"").expect("a label");
            assert!(
                name.bytes().all(|byte| byte.is_ascii_lowercase()),
                "{label}"
            );
            assert!(value.ends_with('"') && value.len() > 1, "{label}");
        }
        let value: f64 = value.parse().expect("a number");
        assert!(
            samples.insert(series.to_owned(), value).is_none(),
            "{series} comes twice"
        );
    }
    assert!(text.ends_with('\n'));
    histograms_add_up(text, &samples);
    samples
}

fn histograms_add_up(text: &str, samples: &Samples) {
    let buckets = text.lines().filter(|line| line.contains("_bucket{"));
    let mut before: (&str, f64) = ("", 0.0);
    for line in buckets {
        let (series, count) = line.rsplit_once(' ').expect("a value");
        let count: f64 = count.parse().expect("a number");
        let (series, bound) = series.rsplit_once(",le=").expect("a bound");
        if before.0 == series {
            assert!(count >= before.1, "{line}");
        }
        before = (series, count);
        if bound == "\"+Inf\"}" {
            let whole = format!("{}}}", series.replace("_bucket", "_count"));
            assert_eq!(samples.get(&whole), Some(&count), "{line}");
        }
    }
}

#[track_caller]
fn check(samples: &Samples, expected: &[(&str, f64)]) {
    for (series, value) in expected {
        assert_eq!(
            samples.get(*series),
            Some(value),
            "{series} in {samples:#?}"
        );
    }
}

#[tokio::test]
async fn requests_are_counted_by_method_template_and_status() {
    let metrics = Metrics::new();
    let client = client(&metrics);
    for id in [0, 1, 2, 3] {
        client.get(&format!("/items/{id}")).send().await;
    }
    client.head("/items/5").send().await;
    let request = tokio::spawn(client.get("/never").send());
    tokio::task::yield_now().await;
    let samples = parse(&metrics.render());
    check(
        &samples,
        &[
            (
                r#"http_requests_total{method="GET",route="/items/{id}",status="200"}"#,
                3.0,
            ),
            (
                r#"http_requests_total{method="GET",route="/items/{id}",status="404"}"#,
                1.0,
            ),
            (
                r#"http_requests_total{method="GET",route="/items/{id}",status="500"}"#,
                1.0,
            ),
            (
                r#"http_request_duration_seconds_count{method="GET",route="/items/{id}"}"#,
                5.0,
            ),
            (
                r#"http_panics_total{method="GET",route="/items/{id}"}"#,
                1.0,
            ),
            (
                r#"http_requests_in_flight{method="GET",route="/items/{id}"}"#,
                0.0,
            ),
            (
                r#"http_requests_in_flight{method="GET",route="/never"}"#,
                1.0,
            ),
        ],
    );
    assert!(
        !samples.keys().any(|series| series.contains("rejections")),
        "a handler's own 404 is none"
    );
    request.abort();
    assert!(request.await.is_err());
    check(
        &parse(&metrics.render()),
        &[
            (
                r#"http_requests_total{method="GET",route="/never",status="none"}"#,
                1.0,
            ),
            (
                r#"http_requests_in_flight{method="GET",route="/never"}"#,
                0.0,
            ),
            (
                r#"http_disconnects_total{method="GET",route="/never"}"#,
                1.0,
            ),
        ],
    );
}

#[tokio::test]
async fn streams_are_counted_with_their_items() {
    let metrics = Metrics::new();
    let client = client(&metrics);
    let mut response = client.get("/tokens/5").send().await;
    response.next_event().await.expect("an event");
    let open = r#"http_streams_open{method="GET",route="/tokens/{count}"}"#;
    check(&parse(&metrics.render()), &[(open, 1.0)]);
    while response.next_event().await.is_some() {}
    drop(response);
    let mut left = client.get("/tokens/5").send().await;
    left.next_event().await.expect("an event");
    drop(left);
    let mut broken = client.get("/tokens/9").send().await;
    while let Ok(Some(_)) = broken.next_event_or_break().await {}
    drop(broken);
    check(
        &parse(&metrics.render()),
        &[
            (open, 0.0),
            (
                r#"http_stream_items_total{method="GET",route="/tokens/{count}"}"#,
                5.0 + 1.0 + 7.0,
            ),
            (
                r#"http_stream_first_byte_seconds_count{method="GET",route="/tokens/{count}"}"#,
                3.0,
            ),
            (
                r#"http_disconnects_total{method="GET",route="/tokens/{count}"}"#,
                1.0,
            ),
            (
                r#"http_panics_total{method="GET",route="/tokens/{count}"}"#,
                1.0,
            ),
            (
                r#"http_requests_total{method="GET",route="/tokens/{count}",status="200"}"#,
                3.0,
            ),
        ],
    );
}

#[tokio::test]
async fn what_is_rejected_is_counted_by_its_reason_and_limit() {
    let metrics = Metrics::new();
    let client = client(&metrics);
    let posted = |body: &str| {
        client
            .post("/numbers")
            .header("content-type", "application/json")
            .body(body.to_owned())
            .send()
    };
    posted(r#"{"number": 10}"#).await;
    posted("{").await;
    posted("[[[[]]]]").await;
    posted(&format!("{{\"number\": 1}}{}", " ".repeat(100))).await;
    client
        .post("/numbers")
        .header("content-type", "text/plain")
        .body("1")
        .send()
        .await;
    client.get("/items/x").send().await;
    client.get("/numbers").send().await;
    client.get("/nowhere").send().await;
    check(
        &parse(&metrics.render()),
        &[
            (r#"http_rejections_total{reason="validation"}"#, 4.0),
            (r#"http_rejections_total{reason="too_large"}"#, 1.0),
            (r#"http_rejections_total{reason="media_type"}"#, 1.0),
            (r#"http_rejections_total{reason="method"}"#, 1.0),
            (r#"http_rejections_total{reason="not_found"}"#, 1.0),
            (r#"http_limits_hit_total{limit="body_bytes"}"#, 1.0),
            (r#"http_limits_hit_total{limit="json_depth"}"#, 1.0),
        ],
    );
}

#[tokio::test]
async fn clients_cannot_make_series() {
    let metrics = Metrics::new();
    let client = client(&metrics);
    for number in 0..50 {
        let method = http::Method::from_bytes(format!("M{number}").as_bytes()).expect("a token");
        client
            .request(method, &format!("/nowhere/{number}"))
            .send()
            .await;
        client.get(&format!("/items/x{number}")).send().await;
    }
    let samples = parse(&metrics.render());
    let requests: Vec<_> = samples
        .iter()
        .filter(|(series, _)| series.starts_with("http_requests_total"))
        .collect();
    let expected = [
        (
            r#"http_requests_total{method="GET",route="/items/{id}",status="422"}"#,
            50.0,
        ),
        (
            r#"http_requests_total{method="_OTHER",route="unmatched",status="404"}"#,
            50.0,
        ),
    ];
    let requests: Vec<_> = requests
        .iter()
        .map(|(series, value)| (series.as_str(), **value))
        .collect();
    assert_eq!(requests, expected);
}

#[tokio::test]
async fn the_page_is_text_for_prometheus_and_hidden_from_the_document() {
    let metrics = Metrics::new().and(|| "# HELP a_b It is.\n# TYPE a_b gauge\na_b 7\n".to_owned());
    let client = client(&metrics);
    let response = client.get("/metrics").send().await;
    assert_eq!(
        response.header("content-type"),
        "text/plain; version=0.0.4; charset=utf-8"
    );
    check(&parse(&response.text().await), &[("a_b", 7.0)]);
    let document = client.get("/openapi.json").send().await.text().await;
    assert!(!document.contains("/metrics"), "{document}");
}

#[test]
fn every_metric_is_in_the_table_of_the_documentation() {
    let documentation = include_str!("../../../src/observe/metrics/mod.rs");
    let text = Metrics::new().render();
    let families: Vec<_> = text
        .lines()
        .filter_map(|line| line.strip_prefix("# TYPE "))
        .collect();
    assert!(families.len() >= 13, "{families:?}");
    for family in families {
        let (name, kind) = family.split_once(' ').expect("a type");
        assert!(
            documentation.contains(&format!("/// | `{name}` | {kind} |")),
            "{name}"
        );
    }
}
