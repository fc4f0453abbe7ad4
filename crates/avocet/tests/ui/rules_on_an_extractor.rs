use avocet::prelude::*;

#[get("/items")]
async fn items(#[extract(ge = 1)] method: http::Method) -> String {
    method.to_string()
}

fn main() {
    let _ = routes![items];
}
