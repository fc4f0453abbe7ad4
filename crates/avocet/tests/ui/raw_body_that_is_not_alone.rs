use avocet::prelude::*;
use bytes::Bytes;

#[post("/two")]
async fn two(#[body] bytes: Bytes, #[body] times: u32) -> usize {
    bytes.len() * times as usize
}

#[post("/ruled")]
async fn ruled(#[body(max_length = 3)] bytes: Bytes) -> usize {
    bytes.len()
}

#[model]
struct Image {
    width: u32,
}

#[post("/model")]
async fn model_of(#[body(media_type = "image/png")] image: Image) -> u32 {
    image.width
}

fn main() {
    let _ = routes![two, ruled, model_of];
}
