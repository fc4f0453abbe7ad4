use avocet::prelude::*;

#[post("/upload")]
async fn upload(#[file] picture: String, #[depends(user)] name: String) -> String {
    picture + &name
}

fn main() {}
