//! Invalid forms: a different content type, a malformed body, an empty one.

use avocet::serve::Limits;
use bytes::Bytes;
use serde_json::json;

use super::{Pieces, app, by_hand, clients, detail, send};

#[tokio::test]
async fn another_content_type_is_rejected() {
    for client in clients() {
        for (path, request) in [
            (
                "/orders",
                client.post("/orders").json(&json!({"title": "Map"})),
            ),
            ("/orders", client.post("/orders").body("title=Map")),
            ("/files", client.post("/files").form(&[("file", "a.txt")])),
            ("/albums", client.post("/albums").form(&[("name", "Trip")])),
        ] {
            let response = request.send().await;
            assert_eq!(response.status(), 415, "{path}");
            assert!(detail(response).await.contains("multipart/form-data"));
        }
    }
}

#[tokio::test]
async fn a_malformed_form_is_rejected() {
    let [client, _] = clients();
    let part = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nhel";
    let head = |head: &str| format!("--b\r\n{head}\r\n\r\nx\r\n--b--");
    for (boundary, body) in [
        ("", "--x\r\n\r\n--x--".to_owned()),
        ("; boundary=b", part.to_owned()),
        ("; boundary=b", format!("{part}\r\n--b")),
        ("; boundary=b", format!("{part}\r\n--b-")),
        ("; boundary=b", format!("{part}\r\n--bx\r\n")),
        ("; boundary=b", format!("{part}\r\n--b  \rx")),
        ("; boundary=b", "x".to_owned()),
        (
            "; boundary=b",
            format!("{}\r\n{part}\r\n--b--", "p".repeat(5000)),
        ),
        (
            "; boundary=b",
            format!("{part}\r\n--b--{}", "e".repeat(5000)),
        ),
        ("; boundary=b", head("Content-Type: text/plain")),
        ("; boundary=b", head("")),
        (
            "; boundary=b",
            head(&format!(
                "Content-Disposition: form-data; name={}",
                "n".repeat(300)
            )),
        ),
        (
            "; boundary=b",
            "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n".to_owned(),
        ),
    ] {
        let content_type = format!("multipart/form-data{boundary}");
        let request = client
            .post("/files")
            .header("content-type", &content_type)
            .body(body.clone());
        let response = request.send().await;
        assert_eq!(response.status(), 400, "{body:?}");
        assert!(detail(response).await.contains("multipart"), "{body:?}");
    }
    let boundary = "b".repeat(71);
    let content_type = format!("multipart/form-data; boundary={boundary}");
    let body = format!("--{boundary}--");
    assert_eq!(
        client
            .post("/files")
            .header("content-type", &content_type)
            .body(body)
            .send()
            .await
            .status(),
        400
    );
    let mut text =
        b"--b\r\nContent-Disposition: form-data; name=title\r\n\r\n\xff\r\n--b--".to_vec();
    let request = client
        .post("/orders")
        .header("content-type", "multipart/form-data; boundary=b");
    assert_eq!(request.body(text.clone()).send().await.status(), 400);
    // The same form is valid with text in it, with blanks after a boundary and with a preamble and an epilogue.
    let position = text.iter().position(|byte| *byte == 0xff).unwrap();
    text.splice(position..=position, *b"Map");
    text.splice(3..3, *b"\t ");
    let text = [b"preamble\r\n", &text[..], b"\r\nepilogue"].concat();
    let request = client
        .post("/orders")
        .header("content-type", "multipart/form-data; boundary=b");
    assert_eq!(request.body(text).send().await.status(), 200);
}

#[tokio::test]
async fn a_body_that_turns_out_to_be_empty_is_a_form_without_fields() {
    for pieces in [vec![], vec![Bytes::new()]] {
        let body = Pieces {
            pieces: pieces.into(),
            ends: true,
        };
        let service = app(by_hand(), Limits::default());
        let response = send(service, "/files", "multipart/form-data; boundary=b", body).await;
        assert_eq!(response.status(), 422);
    }
}
