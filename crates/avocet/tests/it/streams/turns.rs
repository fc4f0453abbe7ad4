//! A stream that is always ready yields to the other tasks on its thread.

use avocet::prelude::*;
use avocet::testing::TestClient;
use tokio::task::yield_now;

#[model(output)]
struct Number {
    number: u32,
}

#[get("/endless")]
async fn endless() -> Sse<Number> {
    Sse::new(stream! {
        for number in 0.. {
            yield Number { number };
        }
    })
}

#[tokio::test]
async fn others_have_a_turn_between_the_items_of_a_stream_that_is_always_ready() {
    let app = App::new("Endless", "1.0.0").routes(routes![endless]);
    let client = TestClient::new(app.build().expect("it builds"));
    let reading = tokio::spawn(async move {
        let mut response = client.get("/endless").send().await;
        let mut read = 0;
        while let Ok(Some(bytes)) = response.next_bytes_or_break().await {
            read += bytes.len();
            assert!(read < 10_000_000, "no other task had a turn");
        }
    });
    // There is one thread for both.
    yield_now().await;
    reading.abort();
    assert!(reading.await.expect_err("an endless stream").is_cancelled());
}
