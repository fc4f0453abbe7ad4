use avocet::prelude::*;

#[post("/upload")]
async fn upload(#[file] picture: String) -> String {
    picture
}

fn main() {}
