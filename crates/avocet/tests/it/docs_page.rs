//! The docs page: its files in process, and the page itself in a real browser.
#![cfg(feature = "docs")]

#[path = "browser/mod.rs"]
pub(crate) mod browser;

use std::io::Read;
use std::{env, fs};

use avocet::extract::{Body, BodyMember, BodyMembers, Path, Query};
use avocet::model::OrderedJson;
use avocet::operation::Operation;
use avocet::read::Number::Integer;
use avocet::route::Route;
use avocet::rules::{Ge, Le, MaxItems, MinItems, Rules};
use avocet::testing::{TestClient, TestResponse};
use avocet::{ApiDocument, App, Service};
use serde_json::{Value, json};

use browser::{Browser, Site};

static TEXTS: Rules = Rules::own(&[&MinItems(1), &MaxItems(64)]);
static LIMIT: Rules = Rules::own(&[&Ge(Integer(1)), &Le(Integer(100))]);

fn routes() -> Vec<Route> {
    let texts = BodyMember::<Vec<String>>::new("texts")
        .description("One to 64 texts.")
        .rules(&TEXTS);
    let normalize = BodyMember::<bool>::new("normalize")
        .description("Scale the vectors to unit length.")
        .default(|| true);
    let embed = Operation::post("/embed")
        .id("embed")
        .summary("Embed texts as vectors")
        .tag("embeddings")
        .handle(
            (BodyMembers((texts, normalize)),),
            |((texts, normalize),)| async move {
                texts
                    .iter()
                    .map(|text| vector(text, normalize))
                    .collect::<Vec<_>>()
            },
        );
    let rank = Operation::post("/rank")
        .id("rank")
        .summary("Order documents by a question")
        .tag("embeddings")
        .handle(
            (
                Query::<u32>::new("limit").rules(&LIMIT).default(|| 10),
                Body::<Vec<String>>::new(),
            ),
            |(_, documents)| async move { documents },
        );
    let model = Operation::get("/models/{model}")
        .id("read_model")
        .summary("Describe a model")
        .tag("models")
        .handle(
            (Path::<String>::new("model"),),
            |(model,)| async move { model },
        );
    vec![embed, rank, model]
}

/// Returns three numbers that depend on the text, as an encoder's would.
fn vector(text: &str, normalize: bool) -> Vec<f64> {
    let raw = [
        text.len(),
        text.split(' ').count(),
        text.bytes().filter(|it| b"aeiou".contains(it)).count(),
    ];
    let raw = raw.map(|count| f64::from(u32::try_from(count).expect("a short text")));
    let length = if normalize {
        raw.iter().map(|it| it * it).sum::<f64>().sqrt()
    } else {
        1.0
    };
    raw.iter()
        .map(|it| (it / length * 1000.0).round() / 1000.0)
        .collect()
}

fn service(title: &str) -> Service {
    App::new(title, "1.0.0")
        .description("Texts to *vectors*.")
        .routes(routes())
        .build()
        .expect("it builds")
}

fn client() -> TestClient {
    TestClient::new(service("Embedder"))
}

fn unpacked(packed: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    flate2::read::GzDecoder::new(packed)
        .read_to_end(&mut plain)
        .expect("gzip whose size and checksum are right");
    plain
}

/// Returns the addresses in the page, as a browser would resolve them.
fn addresses(page: &str, path: &str) -> Vec<String> {
    let folder = &path[..=path.rfind('/').expect("a path")];
    let quoted = page.split('"').skip(1).step_by(2);
    quoted
        .filter(|it| it.contains('.'))
        .map(|it| format!("{folder}{it}"))
        .collect()
}

#[test]
fn the_page_has_the_colors_that_the_reader_prefers() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let site = Site::alone(service("Embedder"));
    browser.open(&site.at("/docs"));
    browser.text(".swagger-ui .info .title");
    // Of the page, its text and the space around it, the sum of red, green and blue.
    let colors = || {
        let script = "return [[document.documentElement, 'backgroundColor'], [document.querySelector('.swagger-ui'), 'color']]
            .map(([it, name]) => getComputedStyle(it)[name].match(/[0-9]+/g).slice(0, 3).reduce((sum, it) => sum + Number(it), 0))";
        browser.script(script)
    };
    for scheme in ["dark", "light", "dark"] {
        browser.prefer(scheme);
        let page = match scheme {
            "dark" => "html.dark-mode",
            _ => "html:not(.dark-mode)",
        };
        browser.text(&format!("{page} .swagger-ui .info .title"));
        let colors = colors();
        let [background, text] = [0, 1].map(|index| colors[index].as_u64().expect("a color"));
        if scheme == "dark" {
            assert!(0 < background && background < text, "{colors}");
        } else {
            // Nothing is painted behind the page, which is white.
            assert!(background == 0 && text < 384, "{colors}");
        }
    }
    assert_eq!(browser.complaints(), Vec::<Value>::new());
}

#[tokio::test]
async fn the_page_and_all_that_it_names_are_there() {
    for path in ["/docs", "/docs/"] {
        let response = client().get(path).send().await;
        assert_eq!(
            (response.status().as_u16(), response.header("content-type")),
            (200, "text/html; charset=utf-8")
        );
        let page = response.text().await;
        assert!(page.contains("<title>Embedder</title>"), "{page}");
        let named = addresses(&page, path);
        assert_eq!(named.len(), 5, "{named:?}");
        for address in named {
            let response = client().get(&address).send().await;
            assert_eq!(response.status(), 200, "{address}");
            assert_eq!(
                response.header("x-content-type-options"),
                "nosniff",
                "{address}"
            );
            let kind = response.header("content-type").to_owned();
            match address.rsplit('.').next() {
                Some("css") => assert_eq!(kind, "text/css; charset=utf-8"),
                Some("js") => assert_eq!(kind, "text/javascript; charset=utf-8"),
                _ => assert_eq!(kind, "image/png"),
            }
            assert!(!response.bytes().await.is_empty(), "{address}");
        }
    }
}

#[tokio::test]
async fn the_page_allows_its_own_origin_only() {
    let response = client().get("/docs").send().await;
    let policy = response.header("content-security-policy");
    assert!(
        policy.starts_with("default-src 'self'; ") && policy.contains("frame-ancestors 'self'"),
        "{policy}"
    );
    assert!(
        !policy.contains("http") && !policy.contains('*') && !policy.contains("script-src"),
        "{policy}"
    );
    assert_eq!(response.header("referrer-policy"), "same-origin");
    assert_eq!(response.header("x-content-type-options"), "nosniff");
    assert!(!response.text().await.contains("//"));
}

#[tokio::test]
async fn a_title_is_text_whatever_it_holds() {
    let title = r#"</title><script>alert("1 & 2")</script>{folder}"#;
    let page = TestClient::new(service(title))
        .get("/docs")
        .send()
        .await
        .text()
        .await;
    let shown = "<title>&lt;/title&gt;&lt;script&gt;alert(&quot;1 &amp; 2&quot;)&lt;/script&gt;{folder}</title>";
    assert!(page.contains(shown), "{page}");
}

#[tokio::test]
async fn assets_are_packed_for_those_who_unpack() {
    for (name, size) in [
        ("swagger-ui.css", 178_977),
        ("swagger-ui-bundle.js", 1_526_593),
    ] {
        let path = format!("/docs/5.32.6/{name}");
        let packed = client()
            .get(&path)
            .header("accept-encoding", "gzip, deflate, br, zstd")
            .send()
            .await;
        let plain = client().get(&path).send().await;
        assert_eq!(packed.header("content-encoding"), "gzip");
        assert!(!plain.headers().contains_key("content-encoding"));
        for response in [&packed, &plain] {
            assert_eq!(response.header("vary"), "accept-encoding");
            assert_kept(response);
        }
        let (packed, plain) = (packed.bytes().await, plain.bytes().await);
        assert!(packed.len() * 3 < plain.len());
        assert_eq!(plain.len(), size);
        assert!(unpacked(&packed) == plain, "{name}");
    }
    let icon = client()
        .get("/docs/5.32.6/favicon-32x32.png")
        .header("accept-encoding", "gzip")
        .send()
        .await;
    assert!(!icon.headers().contains_key("content-encoding"));
    assert_kept(&icon);
    assert!(icon.bytes().await.starts_with(b"\x89PNG"));
}

/// The version is in the path, so browsers need not revalidate.
#[track_caller]
fn assert_kept(response: &TestResponse) {
    assert_eq!(
        response.header("cache-control"),
        "public, max-age=31536000, immutable"
    );
}

#[tokio::test]
async fn head_requests_get_the_length() {
    let response = client()
        .head("/docs/5.32.6/swagger-ui.css")
        .header("accept-encoding", "gzip")
        .send()
        .await;
    assert_eq!(
        (
            response.header("content-encoding"),
            response.header("content-length")
        ),
        ("gzip", "26931")
    );
    assert!(response.bytes().await.is_empty());
}

#[tokio::test]
async fn the_page_is_no_operation_and_can_be_left_out() {
    let document = client().get("/openapi.json").send().await.text().await;
    let document: OrderedJson = document.parse().expect("JSON");
    let paths: Vec<&str> = document["paths"]
        .as_object()
        .expect("paths")
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(paths, ["/embed", "/rank", "/models/{model}"]);

    let bare = TestClient::new(
        App::new("Bare", "1")
            .routes(routes())
            .without_docs()
            .build()
            .expect("it builds"),
    );
    for path in [
        "/docs",
        "/docs/",
        "/docs/page.js",
        "/docs/5.32.6/swagger-ui.css",
        "/openapi.json",
    ] {
        assert_eq!(bare.get(path).send().await.status(), 404, "{path}");
    }
}

#[test]
fn a_reader_tries_an_operation_in_the_browser() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let site = Site::alone(service("Embedder"));
    try_embed(&browser, &site, "/docs");
    if let Some(path) = env::var_os("AVOCET_SCREENSHOT") {
        let picture = browser.picture(".live-responses-table .highlight-code");
        fs::write(path, picture).expect("the picture is written");
    }

    let behind_prefix = Site::behind("/v1/api", service("Embedder"));
    try_embed(&browser, &behind_prefix, "/docs");
    try_embed(&browser, &behind_prefix, "/docs/");
}

#[test]
fn the_page_of_a_second_document_calls_the_application() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let service = || {
        App::new("Embedder", "1.0.0")
            .routes(routes())
            .documents([ApiDocument::at("/internal/api")])
            .build()
            .expect("it builds")
    };
    for site in [
        Site::alone(service()),
        Site::behind("/v1/api", service()),
        Site::mounted("/inner", service()),
    ] {
        try_embed_of(&browser, &site, "/internal/api", "/docs");
        try_embed_of(&browser, &site, "/internal/api", "/docs/");
    }
}

fn try_embed(browser: &Browser, site: &Site, page: &str) {
    try_embed_of(browser, site, "", page);
}

#[test]
fn the_page_of_a_nested_application_calls_it() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let service = || service("Embedder");
    for site in [
        Site::mounted("/inner", service()),
        Site::nested("/inner/api", service()),
        Site::mounted_behind("/proxy/inner", ("/proxy", "/inner"), service()),
    ] {
        try_embed(&browser, &site, "/docs");
        try_embed(&browser, &site, "/docs/");
    }
}

/// Opens the page of the document below a prefix, tries `POST /embed`, and checks the browser's requests.
fn try_embed_of(browser: &Browser, site: &Site, prefix: &str, page: &str) {
    let of_document = |path: &str| format!("{prefix}{path}");
    browser.open(&site.at(&of_document(page)));
    assert!(browser.text(".info .title").starts_with("Embedder"));
    assert_eq!(browser.script("return document.title"), "Embedder");
    assert_eq!(
        browser.text("#operations-models-read_model .opblock-summary-path"),
        "/models/{model}"
    );
    assert_eq!(
        browser.script("return document.querySelectorAll('.opblock').length"),
        3
    );

    browser.press("#operations-embeddings-embed .opblock-summary-control");
    browser.press("#operations-embeddings-embed .try-out__btn");
    browser.fill(
        "#operations-embeddings-embed textarea",
        r#"{"texts": ["a green pear", "avocet"]}"#,
    );
    browser.press("#operations-embeddings-embed .execute");
    let response = "#operations-embeddings-embed .live-responses-table";
    assert_eq!(
        browser.text(&format!("{response} .response .response-col_status")),
        "200"
    );
    let body: Value =
        serde_json::from_str(&browser.text(&format!("{response} .response-col_description pre")))
            .expect("the body is shown as JSON");
    assert_eq!(
        body,
        json!([vector("a green pear", true), vector("avocet", true)])
    );

    let requests = browser.requests();
    for needed in [
        of_document(page),
        of_document("/docs/5.32.6/swagger-ui-bundle.js"),
        of_document("/docs/page.js"),
        of_document("/openapi.json"),
        "/embed".to_owned(),
    ] {
        assert!(
            requests.contains(&site.at(&needed)),
            "{needed} in {requests:?}"
        );
    }
    let own = format!("{}/", site.origin());
    // A `data:` address causes no network request.
    let foreign: Vec<_> = requests
        .iter()
        .filter(|it| !it.starts_with(&own) && !it.starts_with("data:"))
        .collect();
    assert!(foreign.is_empty(), "{foreign:?}");
    assert_eq!(browser.complaints(), Vec::<Value>::new());
}
