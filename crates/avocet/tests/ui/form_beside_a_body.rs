use avocet::prelude::*;

#[post("/orders")]
async fn order(#[body] title: String, #[form] copies: u32, #[file] picture: Upload) -> String {
    format!("{title} {copies} {}", picture.size())
}

#[post("/files")]
async fn twice(#[form] picture: String, #[file(rename = "picture")] upload: Upload) -> String {
    format!("{picture} {}", upload.size())
}

fn main() {}
