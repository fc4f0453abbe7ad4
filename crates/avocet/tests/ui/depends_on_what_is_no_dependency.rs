use avocet::prelude::*;

async fn user() -> String {
    String::new()
}

#[get("/me")]
async fn me(#[depends(user)] name: String) -> String {
    name
}

#[derive(Clone)]
struct Page;

#[get("/page")]
async fn page(#[depends(Page)] page: u32) -> u32 {
    page
}

#[get("/none")]
async fn none(#[depends] page: u32) -> u32 {
    page
}

fn main() {
    let _ = routes![me, page, none];
}
