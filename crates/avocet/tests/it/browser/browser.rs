//! `Browser`: opens pages, clicks buttons, reads texts, and reports the requests and console errors.

use std::io::Write;
use std::time::{Duration, Instant};
use std::{env, io, thread};

use serde_json::{Value, json};

use super::driver::Driver;

/// Far longer than any step takes on a busy machine; only a failing test waits this long.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Browser {
    driver: Driver,
}

impl Browser {
    /// Starts a browser; prints a message and returns `None` if none is installed and none is required.
    pub(crate) fn start() -> Option<Self> {
        match Driver::start() {
            Ok(driver) => {
                let browser = Self { driver };
                browser.forget_its_own_start();
                Some(browser)
            }
            Err(missing) if env::var_os("AVOCET_REQUIRE_BROWSER").is_some_and(|it| it == "1") => {
                panic!("{missing}")
            }
            Err(missing) => {
                // The harness would hide `eprintln!`, because the test passes.
                writeln!(io::stderr(), "skipped: {missing}").expect("stderr");
                None
            }
        }
    }

    /// Discards the requests of the browser's own start page in a fresh window.
    fn forget_its_own_start(&self) {
        self.open("about:blank");
        self.requests();
        self.complaints();
    }

    pub(crate) fn open(&self, address: &str) {
        self.must("POST", "/url", &json!({ "url": address }));
    }

    /// Clicks the first element of the selector.
    #[track_caller]
    pub(crate) fn press(&self, selector: &str) {
        self.patiently(selector, "POST", "click", &json!({}));
    }

    /// Replaces the text of a field.
    #[track_caller]
    pub(crate) fn fill(&self, selector: &str, text: &str) {
        self.patiently(selector, "POST", "clear", &json!({}));
        self.patiently(selector, "POST", "value", &json!({ "text": text }));
    }

    /// Selects a file in a file field. Fields of other types reject its path or show it as text, so a test that checks the upload fails.
    #[track_caller]
    pub(crate) fn choose(&self, selector: &str, file: &std::path::Path) {
        let path = file.to_str().expect("a path that is text");
        self.patiently(selector, "POST", "value", &json!({ "text": path }));
    }

    /// Returns the visible text of the first element of the selector.
    #[track_caller]
    pub(crate) fn text(&self, selector: &str) -> String {
        let text = self.patiently(selector, "GET", "text", &Value::Null);
        text.as_str().expect("text").to_owned()
    }

    /// Runs a command on the first element of the selector, as soon as the element exists and accepts it: a page that is still loading may
    /// not have it yet, may cover it, or may replace it between two commands.
    #[track_caller]
    fn patiently(&self, selector: &str, method: &str, what: &str, body: &Value) -> Value {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let query = json!({"using": "css selector", "value": selector});
            let found = self.driver.command("POST", "/element", &query);
            let done = found.and_then(|element| {
                let id = element
                    .as_object()
                    .and_then(|element| element.values().next())
                    .and_then(Value::as_str);
                self.driver.command(
                    method,
                    &format!("/element/{}/{what}", id.expect("an element")),
                    body,
                )
            });
            match done {
                Ok(value) => return value,
                Err(error) if Instant::now() > deadline => {
                    panic!(
                        "{what} {selector}: {error} in {}",
                        self.script("return document.body.innerHTML")
                    )
                }
                Err(_) => thread::sleep(Duration::from_millis(20)),
            }
        }
    }

    #[track_caller]
    fn must(&self, method: &str, path: &str, body: &Value) -> Value {
        self.driver
            .command(method, path, body)
            .unwrap_or_else(|error| panic!("{method} {path} {body}: {error}"))
    }

    #[track_caller]
    pub(crate) fn script(&self, script: &str) -> Value {
        self.must(
            "POST",
            "/execute/sync",
            &json!({"script": script, "args": []}),
        )
    }

    /// Sets which colors the reader's system prefers.
    pub(crate) fn prefer(&self, scheme: &str) {
        let features = json!([{"name": "prefers-color-scheme", "value": scheme}]);
        let command =
            json!({"cmd": "Emulation.setEmulatedMedia", "params": {"features": features}});
        self.must("POST", "/goog/cdp/execute", &command);
    }

    /// Returns the addresses of all requests since the last call, from Chromium's network layer.
    pub(crate) fn requests(&self) -> Vec<String> {
        let messages = self.log("performance").into_iter().map(|entry| {
            let text = entry["message"].as_str().expect("a message");
            serde_json::from_str::<Value>(text).expect("a message is JSON")["message"].take()
        });
        let sent = messages.filter(|message| message["method"] == "Network.requestWillBeSent");
        sent.map(|message| {
            message["params"]["request"]["url"]
                .as_str()
                .expect("an address")
                .to_owned()
        })
        .collect()
    }

    /// Returns the severe errors in the console since the last call.
    pub(crate) fn complaints(&self) -> Vec<Value> {
        self.log("browser")
            .into_iter()
            .filter(|entry| entry["level"] == "SEVERE")
            .collect()
    }

    fn log(&self, kind: &str) -> Vec<Value> {
        match self.must("POST", "/se/log", &json!({ "type": kind })) {
            Value::Array(entries) => entries,
            other => panic!("no log: {other}"),
        }
    }

    /// Returns a screenshot of the page as PNG, from its top to the end of the first element of the selector.
    pub(crate) fn picture(&self, last: &str) -> Vec<u8> {
        let height = self.script(&format!(
            "document.activeElement.blur();
             window.scrollTo(0, 0);
             const end = document.querySelector({last:?}).getBoundingClientRect().bottom;
             return Math.ceil(end) + window.outerHeight - window.innerHeight",
        ));
        self.must(
            "POST",
            "/window/rect",
            &json!({"width": 1280, "height": height}),
        );
        self.script("return Promise.all(document.getAnimations().map((it) => it.finished))");
        let picture = self.must("GET", "/screenshot", &Value::Null);
        base64(picture.as_str().expect("a picture"))
    }
}

/// Decodes Base64 in the standard alphabet.
fn base64(text: &str) -> Vec<u8> {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bits, mut held, mut bytes) = (0_u32, 0, Vec::new());
    for letter in text.bytes().filter(|letter| *letter != b'=') {
        let value = ALPHABET
            .iter()
            .position(|known| *known == letter)
            .expect("base64");
        bits = bits << 6 | u32::try_from(value).expect("below 64");
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from(bits >> held & 0xff).expect("a byte"));
        }
    }
    bytes
}
