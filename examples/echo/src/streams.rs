//! The routes that stream.

use std::time::Duration;

use avocet::prelude::*;
use tokio::time::sleep;

use crate::Stats;

#[model(output)]
pub(crate) struct Item {
    index: u32,
    text: String,
}

/// Stream items as server-sent events, and fail before the one at `fail_at`.
///
/// A failure before the first item is answered with 403.
#[get("/sse", tag = "streams")]
pub(crate) async fn sse(
    /// How many items there are.
    #[query(default = 10, le = 1_000_000)]
    count: u32,
    /// How long to wait before each item.
    #[query(default = 0, le = 60_000)]
    delay_ms: u32,
    /// The item in whose place there is an error.
    #[query]
    fail_at: Option<u32>,
    #[state] stats: Stats,
) -> Sse<Item> {
    let open = stats.stream();
    Sse::new(stream! {
        for index in 0..count {
            if delay_ms > 0 {
                sleep(Duration::from_millis(delay_ms.into())).await;
            }
            if Some(index) == fail_at {
                open.done();
                Err(HttpError::new(StatusCode::FORBIDDEN, "It fails here, as it was asked to"))?;
                return;
            }
            yield Item { index, text: format!("item {index}") };
        }
        open.done();
    })
}
