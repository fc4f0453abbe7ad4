//! Event streams of tokens that are ready: a hundred tokens, from the request to the end of the response.

use std::hint::black_box;

use avocet::prelude::*;
use bytes::Bytes;
use http::Request;

use super::{Path, answered};

/// The yardstick is the bytes of the events alone, without a stream.
pub const TOKENS: Path = Path {
    name: "stream of 100 tokens",
    prepare: || {
        let app = App::new("Tokens", "1.0.0").routes(routes![tokens]);
        let service = app.build().expect("it is free of mistakes");
        let request = Request::get("/tokens").header("host", "127.0.0.1:8000");
        let request = request.body(Bytes::new()).expect("it is well formed");
        let last = "data: {\"index\":99,\"text\":\"token \"}\n\n";
        answered(service, request, 200, last)
    },
    yardstick: Some(|| Box::new(|| drop(black_box(written())))),
};

const COUNT: u32 = 100;

#[model(output)]
struct Token {
    index: u32,
    text: String,
}

fn token(index: u32) -> Token {
    let text = "token ".to_owned();
    Token { index, text }
}

#[get("/tokens")]
async fn tokens() -> Sse<Token> {
    Sse::new(stream! {
        for index in 0..COUNT {
            yield token(index);
        }
    })
}

fn written() -> Vec<u8> {
    let mut text = Vec::new();
    for index in 0..COUNT {
        text.extend_from_slice(b"data: ");
        serde_json::to_writer(&mut text, &token(index)).expect("it serializes");
        text.extend_from_slice(b"\n\n");
    }
    text
}
