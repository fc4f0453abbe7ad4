use avocet::prelude::*;

#[get("/hello")]
fn hello() -> &'static str {
    "Hello"
}

fn main() {
    let _ = routes![hello];
}
