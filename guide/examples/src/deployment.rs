//! Deployment.

// ANCHOR: server
use avocet::prelude::*;
use avocet::serve::{Limits, Server};
use std::time::Duration;

pub async fn serve(app: App) -> avocet::Result<()> {
    let limits = Limits::default()
        .body_bytes(16 * 1024 * 1024)
        .connections_per_address(100)
        .drain_time(Duration::from_secs(25));
    let server = Server::new()
        .bind("0.0.0.0:8000")
        .bind("unix:/run/chat.sock")
        .trust_proxies(["10.0.0.0/8"]);
    app.limits(limits).serve(server).await
}
// ANCHOR_END: server

// ANCHOR: stop
use avocet::serve::ShutdownSignal;

#[model]
pub struct Tick {
    number: u32,
}

/// Count until the client disconnects or the server stops.
#[get("/ticks")]
async fn ticks(#[request] mut shutdown: ShutdownSignal) -> Sse<Tick> {
    Sse::new(stream! {
        for number in 0.. {
            yield Tick { number };
            tokio::select! {
                () = shutdown.started() => break,
                () = tokio::time::sleep(Duration::from_millis(10)) => {}
            }
        }
    })
}
// ANCHOR_END: stop

pub fn app() -> App {
    App::new("Ticks", "1.0.0").routes(routes![ticks])
}
