//! A request with five parameters: one from the path, two from the query, one from a header and one from a cookie.

use avocet::prelude::*;
use bytes::Bytes;
use http::Request;

use super::{Path, answered};

pub const FIVE: Path = Path {
    name: "five parameters",
    prepare: || {
        let app = App::new("Shop", "1.0.0").routes(routes![list, show, change]);
        let service = app.build().expect("it is free of mistakes");
        let request = Request::get("/shops/17/items?q=wader&page=3")
            .header("host", "127.0.0.1:8000")
            .header("user-agent", "a client")
            .header("accept", "*/*")
            .header("x-tenant", "marsh")
            .header("cookie", "theme=dark; visitor=42");
        let request = request.body(Bytes::new()).expect("it is well formed");
        answered(service, request, 200, "121")
    },
    yardstick: None,
};

#[get("/shops/{shop}/items")]
async fn list(
    #[path] shop: u32,
    #[query(max_length = 50)] q: String,
    #[query(ge = 1)] page: u32,
    #[header] x_tenant: String,
    #[cookie] visitor: u64,
) -> u64 {
    let length = q.len() + x_tenant.len();
    u64::from(shop) * u64::from(page) + visitor + length as u64 + 18
}

#[get("/shops/{shop}")]
async fn show(#[path] shop: u32) -> u32 {
    shop
}

#[put("/shops/{shop}/items")]
async fn change(#[path] shop: u32) -> u32 {
    shop
}
