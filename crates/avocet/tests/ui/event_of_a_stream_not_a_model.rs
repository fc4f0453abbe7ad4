use avocet::prelude::*;

struct Token(String);

#[get("/tokens")]
async fn tokens() -> Sse<Token> {
    Sse::new(stream! { yield Token(String::new()); })
}

fn main() {}
