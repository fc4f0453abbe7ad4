//! The log of requests with every outcome: the spans, the events and the lines of the access log.

use avocet::observe::AccessLog;
use avocet::testing::TestClient;
use regex::Regex;

use super::routes::app;
use crate::observe::capture::{self, Written};

const REQUESTS: &[&str] = &[
    "/parameters/1?flag=true&numbers=1",
    "/teapot",
    "/broken",
    "/panic",
    "/missing",
];

#[tokio::test]
async fn what_is_logged_is_the_saved_text() {
    let client = TestClient::new(app().build().expect("it builds"));
    // `tracing` treats a call site that is first reached on a thread without a subscriber as disabled, until the next subscriber.
    requests(&client).await;
    let (written, _guard) = capture::logs();
    requests(&client).await;
    super::text("log", &without_times(&written.text()));
}

#[tokio::test]
async fn the_access_log_is_the_saved_text() {
    for (name, json) in [("access-log-text", false), ("access-log-json", true)] {
        let written = Written::default();
        let log = if json {
            AccessLog::json_to(written.clone())
        } else {
            AccessLog::text_to(written.clone())
        };
        let client = TestClient::new(app().access_log(log).build().expect("it builds"));
        requests(&client).await;
        let lines = written.lines(REQUESTS.len()).await;
        super::text(name, &without_times(&lines));
    }
}

async fn requests(client: &TestClient) {
    for (number, path) in REQUESTS.iter().enumerate() {
        let request = client
            .get(path)
            .header("x-request-id", &format!("request-{number}"));
        let request = request.header("x-ratio", "1.5");
        let _ = request.send().await.bytes().await;
    }
}

/// Replaces every duration and every time in the text.
fn without_times(text: &str) -> String {
    let dates = Regex::new(r"\d{4}-\d\d-\d\dT[0-9:.]+Z").expect("an expression");
    let fields =
        Regex::new(r#"((?:duration|first_byte)\w*"?[:=])[0-9.e-]+"#).expect("an expression");
    let units = Regex::new(r"\b\d+(\.\d+)?(ns|µs|ms|s)\b").expect("an expression");
    let text = dates.replace_all(text, "DATE");
    let text = fields.replace_all(&text, "${1}TIME");
    units.replace_all(&text, "TIME").into_owned()
}
