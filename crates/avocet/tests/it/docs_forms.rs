//! The forms of the docs page: the handler receives the entered values, in a real browser.
#![cfg(feature = "docs")]

use std::fs;

use avocet::extract::Upload;
use avocet::prelude::*;
use serde_json::{Value, json};

use crate::docs_page::browser::{Browser, Site};

#[post("/ids")]
async fn ids(#[form] ids: Vec<i32>) -> Vec<i32> {
    ids
}

#[post("/words")]
async fn words(#[form] words: Vec<String>) -> Vec<String> {
    words
}

#[get("/lines")]
async fn lines(#[header] x_id: Vec<i32>) -> Vec<i32> {
    x_id
}

#[post("/files")]
async fn files(#[file] files: Vec<Upload>) -> Result<Vec<String>, HttpError> {
    let mut contents = Vec::new();
    for file in files {
        contents.push(String::from_utf8_lossy(&file.bytes().await?).into_owned());
    }
    Ok(contents)
}

#[post("/perhaps")]
async fn perhaps(#[file] file: Option<Upload>) -> Result<String, HttpError> {
    let file = file.ok_or_else(|| HttpError::new(StatusCode::BAD_REQUEST, "no file"))?;
    Ok(String::from_utf8_lossy(&file.bytes().await?).into_owned())
}

/// Opens an operation of the page.
fn open(browser: &Browser, id: &str) -> String {
    let operation = format!("#operations-default-{id}");
    browser.press(&format!("{operation} .opblock-summary-control"));
    browser.press(&format!("{operation} .try-out__btn"));
    operation
}

/// Submits the form, and reads the body of the response.
fn send(browser: &Browser, operation: &str) -> Value {
    browser.press(&format!("{operation} .execute"));
    let response = format!("{operation} .live-responses-table");
    let body = browser.text(&format!("{response} .response-col_description pre"));
    serde_json::from_str(&body).unwrap_or(Value::from(body))
}

/// Adds to a list until it has two entries, and returns their selectors.
fn two_entries(browser: &Browser, operation: &str) -> [String; 2] {
    let entry = |number| format!("{operation} .json-schema-form-item:nth-of-type({number}) input");
    let there =
        |selector: &str| browser.script(&format!("return !!document.querySelector({selector:?})"));
    for number in [1, 2] {
        if there(&entry(number)) == false {
            browser.press(&format!("{operation} .json-schema-form-item-add"));
        }
    }
    [entry(1), entry(2)]
}

#[test]
fn what_is_entered_arrives() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let app = App::new("Forms", "1.0.0").routes(routes![ids, words, lines, files, perhaps]);
    let site = Site::alone(app.build().expect("it builds"));
    browser.open(&site.at("/docs"));

    for (id, entered, expected) in [
        ("ids", ["3", "4"], json!([3, 4])),
        ("words", ["a,b", "c&d=e"], json!(["a,b", "c&d=e"])),
        ("lines", ["5", "6"], json!([5, 6])),
    ] {
        let operation = open(&browser, id);
        let entries = two_entries(&browser, &operation);
        for (entry, text) in entries.iter().zip(entered) {
            browser.fill(entry, text);
        }
        assert_eq!(send(&browser, &operation), expected, "{id}");
    }

    let folder = std::env::temp_dir().join(format!("avocet-forms-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    let [first, second] = ["first", "second"].map(|name| {
        let path = folder.join(name);
        fs::write(&path, name).expect("a file");
        path
    });
    let operation = open(&browser, "files");
    let entries = two_entries(&browser, &operation);
    browser.choose(&entries[0], &first);
    browser.choose(&entries[1], &second);
    assert_eq!(send(&browser, &operation), json!(["first", "second"]));

    let operation = open(&browser, "perhaps");
    browser.choose(&format!("{operation} input[type=file]"), &first);
    assert_eq!(send(&browser, &operation), json!("first"));
    fs::remove_dir_all(folder).expect("it goes away");
    assert_eq!(browser.complaints(), Vec::<Value>::new());
}

/// Text with a `contentEncoding`, which Swagger UI by itself treats as a file.
#[cfg(feature = "base64")]
mod encoded {
    use avocet::prelude::*;
    use avocet::types::Base64;
    use serde_json::json;

    use super::{open, send};
    use crate::docs_page::browser::{Browser, Site};

    #[post("/data")]
    async fn data(#[form] data: Base64) -> usize {
        data.0.len()
    }

    #[test]
    fn base64_is_typed() {
        let Some(browser) = Browser::start() else {
            return;
        };
        let app = App::new("Encoded", "1.0.0").routes(routes![data]);
        let site = Site::alone(app.build().expect("it builds"));
        browser.open(&site.at("/docs"));
        let operation = open(&browser, "data");
        browser.fill(&format!("{operation} .parameters input[type=text]"), "AAEC");
        assert_eq!(send(&browser, &operation), json!(3));
    }
}
