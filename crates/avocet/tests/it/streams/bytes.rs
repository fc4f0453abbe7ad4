//! `ByteStream`: raw bytes with a custom media type.

use std::time::Duration;

use avocet::prelude::*;
use avocet::response::MediaType;
use avocet::testing::TestClient;
use http::StatusCode;
use serde_json::{Value, json};

struct Wav;

impl MediaType for Wav {
    const NAME: &'static str = "audio/wav";
}

/// Speak.
#[post("/speech")]
async fn speech(#[query] fail_at: Option<u8>) -> ByteStream<Wav> {
    ByteStream::new(stream! {
        for number in 0..3_u8 {
            if Some(number) == fail_at {
                Err(HttpError::new(StatusCode::BAD_GATEWAY, "no voice"))?;
            }
            yield "".into();
            yield vec![0, number].into();
        }
    })
}

/// Nothing for a minute.
#[get("/slow")]
async fn slow() -> ByteStream {
    ByteStream::new(stream! {
        tokio::time::sleep(Duration::from_secs(60)).await;
        yield "late".into();
    })
}

fn client() -> TestClient {
    let app = App::new("Speech", "1.0.0").routes(routes![speech, slow]);
    TestClient::new(app.build().expect("it builds"))
}

#[tokio::test]
async fn bytes_come_as_they_are() {
    let mut response = client().post("/speech").send().await;
    assert_eq!(response.header("content-type"), "audio/wav");
    for number in 0..3 {
        let bytes = response.next_bytes_or_break().await.expect("no break");
        assert_eq!(bytes.as_deref(), Some(&[0, number][..]));
    }
    assert_eq!(response.next_bytes_or_break().await, Ok(None));
}

#[tokio::test]
async fn an_error_has_its_status_or_breaks_the_response_off() {
    let response = client().post("/speech?fail_at=0").send().await;
    assert_eq!(response.status(), 502);
    let mut response = client().post("/speech?fail_at=1").send().await;
    let bytes = response.next_bytes_or_break().await.expect("no break yet");
    assert_eq!(bytes.as_deref(), Some(&[0, 0][..]));
    assert!(response.next_bytes_or_break().await.is_err());
}

#[tokio::test(start_paused = true)]
async fn nothing_is_added_in_a_silence() {
    let response = client().get("/slow").send().await;
    assert_eq!(response.text().await, "late");
}

#[tokio::test]
async fn the_document_names_the_media_type() {
    let document: Value = client().get("/openapi.json").send().await.json().await;
    assert_eq!(
        document["paths"]["/speech"]["post"]["responses"]["200"]["content"],
        json!({"audio/wav": {"schema": {"type": "string", "format": "binary", "contentMediaType": "application/octet-stream"}}})
    );
}

struct Wrong;

impl MediaType for Wrong {
    const NAME: &'static str = "audio";
}

#[get("/wrong")]
async fn wrong() -> ByteStream<Wrong> {
    ByteStream::new(stream! { yield "".into(); })
}

#[test]
fn what_is_no_media_type_is_a_mistake() {
    let error = App::new("Speech", "1.0.0")
        .routes(routes![wrong])
        .build()
        .expect_err("a mistake");
    assert!(error.to_string().contains("\"audio\" is not a media type"));
}
