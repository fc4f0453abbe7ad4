//! Everything the program prints and serves about itself, compared byte by byte with files beside this one: `--help`, `--limits`, its
//! errors, its document and its metrics.

use std::fmt::Write;

use avocet::model::OrderedJson;
use avocet::testing::TestClient;
use insta::{assert_snapshot, with_settings};

use crate::program::run;

fn text(name: &str, text: &str) {
    with_settings!({
        snapshot_path => "saved",
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, {
        assert_snapshot!(name, text);
    });
}

#[test]
fn the_help_and_the_limits_are_the_saved_ones() {
    text("help", &run(&["--help"]).1);
    text("limits", &run(&["--limits"]).1);
}

#[test]
fn errors_in_the_settings_are_the_saved_ones() {
    let wrong: &[&[&str]] = &[
        &["--prot", "80", "--port", "99999", "--cert", "no.pem"],
        &[
            "--limit",
            "body_bytes=lots",
            "--limit",
            "nothing=1",
            "--limit",
            "header_time",
        ],
        &["--bind", "nowhere", "--log", "loud", "--workers", "many"],
        &["--trust-proxies", "10.0.0.0/99", "--config", "missing.toml"],
        &["--port"],
        &["stray"],
    ];
    let mut written = String::new();
    for arguments in wrong {
        let (success, _, errors) = run(arguments);
        assert!(!success, "{arguments:?}");
        writeln!(written, "{}\n{errors}", arguments.join(" ")).expect("a string takes it");
    }
    text("settings-errors", &written);
}

#[tokio::test]
async fn the_document_is_the_saved_one() {
    let client = TestClient::new(echo::app().build().expect("it builds"));
    let document = client.get("/openapi.json").send().await.text().await;
    let document: OrderedJson = document.parse().expect("JSON");
    text("document", &format!("{document:#}"));
}

#[tokio::test]
async fn the_metrics_are_the_saved_ones() {
    let client = TestClient::new(echo::app().build().expect("it builds"));
    let _ = client.get("/missing").send().await.bytes().await;
    let page = client.get("/metrics").send().await.text().await;
    let names: Vec<&str> = page
        .lines()
        .map(|line| match line.rsplit_once(' ') {
            Some((name, _)) if !line.starts_with('#') => name,
            _ => line,
        })
        .collect();
    text("metrics", &names.join("\n"));
}
