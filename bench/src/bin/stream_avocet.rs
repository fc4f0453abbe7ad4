//! `stream` and `paced` on Avocet.

use std::time::Duration;

use avocet::prelude::*;
use avocet::serve::Limits;
use avocet_bench::TOKENS;

#[model(output)]
struct Token {
    index: u32,
    text: String,
}

fn token(index: u32) -> Token {
    let text = "token ".to_owned();
    Token { index, text }
}

#[get("/together")]
async fn together() -> Sse<Token> {
    Sse::new(stream! {
        for index in 0..TOKENS {
            yield token(index);
        }
    })
}

#[get("/alone")]
async fn alone() -> Sse<Token> {
    Sse::new(stream! {
        let mut tokens = avocet_bench::one_by_one();
        while let Some(index) = tokens.recv().await {
            yield token(index);
        }
    })
}

#[get("/paced")]
async fn paced() -> Sse<Token> {
    Sse::new(stream! {
        let mut ticks = tokio::time::interval(Duration::from_millis(100));
        for index in 0.. {
            ticks.tick().await;
            yield token(index);
        }
    })
}

#[avocet::main]
async fn main() -> avocet::Result<()> {
    avocet_bench::many_files();
    let app = App::new("Bench", "1.0.0")
        .limits(Limits::default().connections(20_000))
        .routes(routes![together, alone, paced]);
    app.serve(format!("127.0.0.1:{}", avocet_bench::port()))
        .await
}
