//! Clients that read slowly: the server must not treat them like clients that do not read.

use std::time::Duration;

use bytes::Bytes;
use futures_util::stream;
use http::Response;
use http_body::Frame;
use http_body_util::StreamBody;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::time::sleep;

use super::harness::{Server, config, patient};
use crate::connection::connection_config::ConnectionConfig;

/// A client would reach this limit if a third of the system's own buffer of 4 MiB had to be read within it.
const STALL: Duration = Duration::from_secs(1);
/// The bytes that the client reads at a time: half a megabyte a second.
const PIECE: usize = 25_000;
const PAUSE: Duration = Duration::from_millis(50);
/// The total that it reads: the limit passes a few times meanwhile.
const ALL: usize = 2_500_000;

/// A server whose responses have no end.
pub(super) async fn endless(config: ConnectionConfig) -> Server {
    Server::with(config, |_| async {
        let pieces = stream::repeat_with(|| {
            Ok::<_, std::io::Error>(Frame::data(Bytes::from(vec![b'x'; 16_384])))
        });
        Response::new(StreamBody::new(pieces))
    })
    .await
}

pub(super) fn limited() -> ConnectionConfig {
    config(patient().write_stall(STALL))
}

/// Reads at a steady pace.
pub(super) async fn read_steadily(client: &mut (impl AsyncRead + Unpin)) {
    let mut piece = vec![0; PIECE];
    let mut read = 0;
    while read < ALL {
        client
            .read_exact(&mut piece)
            .await
            .unwrap_or_else(|error| panic!("{error} after {read} bytes"));
        read += piece.len();
        sleep(PAUSE).await;
    }
}

#[tokio::test]
async fn a_steady_reader_is_not_cut() {
    let server = endless(limited()).await;
    let mut client = server.connect().await;
    client.get("/").await;
    read_steadily(&mut client.0).await;
}
