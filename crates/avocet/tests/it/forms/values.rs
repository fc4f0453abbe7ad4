//! The values of fields and files in a handler, and the location of validation errors.

use avocet::testing::TestForm;
use serde_json::{Value, json};

use super::{clients, errors};

#[tokio::test]
async fn fields_are_converted_and_default() {
    for client in clients() {
        let all = [
            ("title", "Map"),
            ("copies", " 3 "),
            ("colour", "on"),
            ("sizes", "A3"),
            ("sizes", "A4"),
            ("free-text", "A & ü"),
        ];
        let expected = json!({"title": "Map", "copies": 3, "colour": true, "sizes": ["A3", "A4"], "remark": "A & ü"});
        let response = client.post("/orders").form(&all).send().await;
        assert_eq!(response.json::<Value>().await, expected);
        let multipart = all
            .iter()
            .fold(TestForm::new(), |form, (name, text)| form.text(name, text));
        let response = client.post("/orders").multipart(multipart).send().await;
        assert_eq!(response.json::<Value>().await, expected);

        let defaults =
            json!({"title": "Map", "copies": 1, "colour": false, "sizes": ["A4"], "remark": null});
        for fields in [
            &[("title", "Map")][..],
            &[
                ("title", "Map"),
                ("copies", ""),
                ("free-text", ""),
                ("unknown", "x"),
            ],
            &[
                ("title", "x"),
                ("title", "Map"),
                ("copies", "7"),
                ("copies", ""),
            ],
        ] {
            let response = client.post("/orders").form(fields).send().await;
            assert_eq!(response.json::<Value>().await, defaults);
        }
        let response = client
            .post("/orders")
            .form(&[("title", "Map"), ("remark", "r")])
            .send()
            .await;
        assert_eq!(response.json::<Value>().await["remark"], "r");
    }
}

#[tokio::test]
async fn errors_stand_at_their_fields() {
    for client in clients() {
        let missing = vec![("missing".to_owned(), json!(["body", "title"]))];
        assert_eq!(errors(client.post("/orders").send().await).await, missing);
        for fields in [&[("copies", "2")][..], &[("title", "")], &[]] {
            assert_eq!(
                errors(client.post("/orders").form(fields).send().await).await,
                missing
            );
        }
        let wrong = [
            ("title", "M"),
            ("copies", "51"),
            ("colour", "blue"),
            ("sizes", "A4"),
            ("sizes", "A5"),
            ("sizes", ""),
        ];
        let found = errors(client.post("/orders").form(&wrong).send().await).await;
        let expected = [
            ("string_too_short", json!(["body", "title"])),
            ("less_than_equal", json!(["body", "copies"])),
            ("bool_parsing", json!(["body", "colour"])),
            ("enum", json!(["body", "sizes", 1])),
            ("enum", json!(["body", "sizes", 2])),
        ];
        assert_eq!(
            found,
            expected.map(|(kind, location)| (kind.to_owned(), location))
        );
    }
}

#[tokio::test]
async fn files_arrive_with_their_names_and_types() {
    for client in clients() {
        for (name, kind, content) in [
            ("a.txt", "text/plain", &b"hello"[..]),
            ("ü b.bin", "application/x-thing", b"\0\x01\x02\xff"),
            ("a", "", b"\r\n--avocet-test-form-0b5f8"),
            ("empty.txt", "text/plain", b""),
        ] {
            let form = TestForm::new().file("file", name, kind, content);
            let response = client.post("/files").multipart(form).send().await;
            let kind = if kind.is_empty() {
                Value::Null
            } else {
                kind.into()
            };
            let expected = json!({"filename": name, "content_type": kind, "size": content.len()});
            assert_eq!(response.json::<Value>().await, expected);
        }
        let form = TestForm::new()
            .text("name", "Trip")
            .file("pages", "1.png", "image/png", "abc")
            .file("cover", "../c.png", "image/png", "c")
            .file("notes", "n.txt", "text/plain", "note")
            .file("pages", "2.png", "image/png", "abcdef");
        let response = client.post("/albums").multipart(form).send().await;
        let expected = json!({"name": "Trip", "pages": [["1.png", 3], ["2.png", 6]], "cover": "c.png", "notes": 4});
        assert_eq!(response.json::<Value>().await, expected);
        // A file input without a selected file.
        let form = TestForm::new()
            .text("name", "Trip")
            .file("pages", "1.png", "", "abc")
            .file("cover", "", "application/octet-stream", "");
        let response = client.post("/albums").multipart(form).send().await;
        let expected = json!({"name": "Trip", "pages": [["1.png", 3]], "cover": null, "notes": 0});
        assert_eq!(response.json::<Value>().await, expected);
    }
}

#[tokio::test]
async fn text_is_no_file_and_a_file_is_no_text() {
    for client in clients() {
        let one = |kind: &str, location: Value| vec![(kind.to_owned(), location)];
        let missing = TestForm::new().text("other", "x");
        let response = client.post("/files").multipart(missing).send().await;
        assert_eq!(
            errors(response).await,
            one("missing", json!(["body", "file"]))
        );
        assert_eq!(
            errors(client.post("/files").send().await).await,
            one("missing", json!(["body", "file"]))
        );
        let text = TestForm::new().text("file", "just text");
        let response = client.post("/files").multipart(text).send().await;
        assert_eq!(
            errors(response).await,
            one("file_expected", json!(["body", "file"]))
        );
        let mixed = TestForm::new()
            .file("pages", "1", "", "a")
            .text("pages", "secret")
            .file("name", "n", "", "a");
        let response = client.post("/albums").multipart(mixed).send().await;
        let mut found = errors(response).await;
        found.sort_by_key(|(kind, _)| kind.clone());
        let expected = [
            one("file_expected", json!(["body", "pages", 1])),
            one("text_expected", json!(["body", "name"])),
        ];
        assert_eq!(found, expected.concat());
        let many = TestForm::new()
            .text("name", "n")
            .file("pages", "1", "", "a")
            .file("pages", "2", "", "a")
            .file("pages", "3", "", "a");
        let response = client.post("/albums").multipart(many).send().await;
        assert_eq!(
            errors(response).await,
            one("too_long", json!(["body", "pages"]))
        );
    }
}
