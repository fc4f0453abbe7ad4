//! The routes that stream.

use std::time::Duration;

use avocet::prelude::*;
use futures_core::Stream;
use tokio::time::sleep;

use crate::Stats;

/// What a client may ask of a stream.
#[model(input)]
#[derive(Clone, Copy)]
pub(crate) struct Wish {
    /// How many items there are.
    #[field(default = 10, le = 1_000_000)]
    count: u32,
    /// How long to wait before each item.
    #[field(default = 0, le = 60_000)]
    delay_ms: u32,
    /// The item in whose place there is an error.
    fail_at: Option<u32>,
}

#[model(output)]
pub(crate) struct Item {
    index: u32,
    text: String,
}

/// Stream items as server-sent events, and fail before the one at `fail_at`.
///
/// A failure before the first item is answered with 403.
#[get("/sse", tag = "streams")]
pub(crate) async fn sse(#[query] wish: Wish, #[state] stats: Stats) -> Sse<Item> {
    Sse::new(items(wish, &stats))
}

/// Stream items as lines of JSON, and fail before the one at `fail_at`.
///
/// A failure before the first item is answered with 403.
#[get("/jsonl", tag = "streams")]
pub(crate) async fn jsonl(#[query] wish: Wish, #[state] stats: Stats) -> JsonLines<Item> {
    JsonLines::new(items(wish, &stats))
}

fn items(wish: Wish, stats: &Stats) -> impl Stream<Item = Result<Item, HttpError>> + use<> {
    let open = stats.stream();
    stream! {
        for index in 0..wish.count {
            if wish.delay_ms > 0 {
                sleep(Duration::from_millis(wish.delay_ms.into())).await;
            }
            if Some(index) == wish.fail_at {
                open.done();
                Err(HttpError::new(StatusCode::FORBIDDEN, "It fails here, as requested"))?;
                return;
            }
            yield Item { index, text: format!("item {index}") };
        }
        open.done();
    }
}
