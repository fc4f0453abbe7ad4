//! The limits that are visible over HTTP/2, with a client that writes frames.

use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::time::timeout;

use crate::served::Target;

use super::server::{Client, LONG, SHORT, Server, patient};

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const GOAWAY: u8 = 7;
const WINDOW_UPDATE: u8 = 8;

const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;
const ACK: u8 = 1;

const FLOW_CONTROL_ERROR: u32 = 3;
const REFUSED_STREAM: u32 = 7;
const ENHANCE_YOUR_CALM: u32 = 11;

struct Frame {
    kind: u8,
    flags: u8,
    stream: u32,
    payload: Vec<u8>,
}

impl Frame {
    fn new(kind: u8, flags: u8, stream: u32, payload: impl Into<Vec<u8>>) -> Self {
        Self {
            kind,
            flags,
            stream,
            payload: payload.into(),
        }
    }

    fn bytes(&self) -> Vec<u8> {
        let length = u32::try_from(self.payload.len())
            .expect("a short frame")
            .to_be_bytes();
        let mut bytes = length[1..].to_vec();
        bytes.extend([self.kind, self.flags]);
        bytes.extend(self.stream.to_be_bytes());
        bytes.extend(&self.payload);
        bytes
    }

    /// Returns the error code, which is first in `RST_STREAM`, and after the last stream in GOAWAY.
    fn error(&self) -> u32 {
        let at = if self.kind == GOAWAY { 4 } else { 0 };
        u32::from_be_bytes(self.payload[at..at + 4].try_into().expect("four bytes"))
    }
}

/// Returns the head of a request to `/wait`.
fn head(method: &str, stream: u32, flags: u8) -> Frame {
    // `:method` by its name's index, `:scheme http` by index, `:path` and `:authority` by their names' indexes.
    let mut block = vec![0x42, u8::try_from(method.len()).expect("a short name")];
    block.extend(method.as_bytes());
    block.extend(b"\x86\x44\x05/wait\x41\x01x");
    Frame::new(HEADERS, END_HEADERS | flags, stream, block)
}

fn get(stream: u32) -> Frame {
    head("GET", stream, END_STREAM)
}

impl Client {
    async fn frames(&mut self, frames: &[Frame]) {
        self.send(frames.iter().flat_map(Frame::bytes).collect::<Vec<_>>())
            .await;
    }

    /// Returns the next frame, or `None` at the end of the connection.
    async fn frame(&mut self) -> Option<Frame> {
        let mut head = [0; 9];
        self.0.read_exact(&mut head).await.ok()?;
        let length = usize::from(head[1]) << 8 | usize::from(head[2]);
        let mut payload = vec![0; length];
        self.0.read_exact(&mut payload).await.ok()?;
        let stream = u32::from_be_bytes(head[5..].try_into().expect("four bytes"));
        Some(Frame {
            kind: head[3],
            flags: head[4],
            stream,
            payload,
        })
    }

    /// Skips to the first frame for which `found` is true; returns `None` if the connection ends first.
    async fn until(&mut self, found: impl Fn(&Frame) -> bool) -> Option<Frame> {
        loop {
            let frame = self.frame().await?;
            if found(&frame) {
                return Some(frame);
            }
        }
    }

    /// Returns whether the connection still responds, without an earlier error.
    async fn lives(&mut self) -> bool {
        self.frames(&[Frame::new(PING, 0, 0, *b"alive?!?")]).await;
        let response = self
            .until(|frame| frame.kind == GOAWAY || frame.kind == PING && frame.flags & ACK != 0);
        response.await.is_some_and(|frame| frame.kind == PING)
    }
}

impl Server {
    /// Connects a client and completes the handshake; the second value is the server's settings.
    async fn http2(&self) -> (Client, Frame) {
        let mut client = self.connect().await;
        client.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await;
        client
            .frames(&[
                Frame::new(SETTINGS, 0, 0, []),
                Frame::new(SETTINGS, ACK, 0, []),
            ])
            .await;
        let settings = client.until(|frame| frame.kind == SETTINGS && frame.flags & ACK == 0);
        let settings = settings.await.expect("settings");
        // The server sends all its initial frames before this response.
        assert!(client.lives().await);
        (client, settings)
    }
}

pub(super) async fn streams(target: Target) {
    let mut server = Server::start(target, patient().http2_streams(2)).await;
    let (mut client, settings) = server.http2().await;
    // SETTINGS_MAX_CONCURRENT_STREAMS.
    let told = settings
        .payload
        .chunks(6)
        .find(|setting| setting[..2] == [0, 3]);
    assert_eq!(told.expect("the settings")[2..], [0, 0, 0, 2]);
    client.frames(&[get(1), get(3), get(5)]).await;
    let rejected = client
        .until(|frame| frame.kind == RST_STREAM)
        .await
        .expect("a refusal");
    assert_eq!((rejected.stream, rejected.error()), (5, REFUSED_STREAM));
    server
        .waiting
        .wait_for(|waiting| *waiting == 2)
        .await
        .expect("it runs");
    assert!(client.lives().await);
}

pub(super) async fn window_bytes(target: Target) {
    let server = Server::start(target, patient().http2_window_bytes(128 << 10)).await;
    for (more, error) in [(0, None), (1, Some(FLOW_CONTROL_ERROR))] {
        let (mut client, _) = server.http2().await;
        client.frames(&[head("GET", 1, 0)]).await;
        for _ in 0..8 {
            client
                .frames(&[Frame::new(DATA, 0, 1, vec![0; 16 << 10])])
                .await;
        }
        if more == 0 {
            assert!(client.lives().await);
            continue;
        }
        client
            .frames(&[Frame::new(DATA, 0, 1, vec![0; more])])
            .await;
        let end = client
            .until(|frame| [GOAWAY, RST_STREAM].contains(&frame.kind))
            .await;
        assert_eq!(end.map(|frame| frame.error()), error);
    }
}

pub(super) async fn local_resets(target: Target) {
    let server = Server::start(target, patient().http2_local_resets(3)).await;
    let (mut client, _) = server.http2().await;
    for stream in [1, 3, 5, 7] {
        // A window above the maximum is a stream error, and the server resets the stream.
        client
            .frames(&[
                head("GET", stream, 0),
                Frame::new(WINDOW_UPDATE, 0, stream, [0x7f, 0xff, 0xff, 0xff]),
            ])
            .await;
        let response = client
            .until(|frame| [GOAWAY, RST_STREAM].contains(&frame.kind))
            .await;
        let response = response.expect("an answer");
        if stream < 7 {
            assert_eq!((response.kind, response.stream), (RST_STREAM, stream));
            assert!(client.lives().await);
        } else {
            assert_eq!(
                (response.kind, response.error()),
                (GOAWAY, ENHANCE_YOUR_CALM)
            );
        }
    }
}

pub(super) async fn pending_resets(target: Target) {
    let server = Server::start(target, patient().http2_pending_resets(3)).await;
    for (count, lives) in [(3, true), (4, false)] {
        let (mut client, _) = server.http2().await;
        // In one write: the server reads them all before it processes the first.
        let pairs = (0..count).flat_map(|index| {
            let stream = 2 * index + 1;
            [get(stream), Frame::new(RST_STREAM, 0, stream, [0, 0, 0, 8])]
        });
        client.frames(&pairs.collect::<Vec<_>>()).await;
        if lives {
            assert!(client.lives().await);
        } else {
            let end = client
                .until(|frame| frame.kind == GOAWAY)
                .await
                .expect("an end");
            assert_eq!(end.error(), ENHANCE_YOUR_CALM);
        }
    }
}

pub(super) async fn ping_interval(target: Target) {
    let asked = |frame: &Frame| frame.kind == PING && frame.flags & ACK == 0;
    for (interval, expected) in [(SHORT, true), (LONG, false)] {
        let server = Server::start(target, patient().http2_ping_interval(interval)).await;
        let (mut client, _) = server.http2().await;
        let patience = if expected { LONG } else { 4 * SHORT };
        let ping = timeout(patience, client.until(asked)).await;
        assert_eq!(matches!(ping, Ok(Some(_))), expected);
    }
}

pub(super) async fn ping_timeout(target: Target) {
    async fn answered(target: Target, limit: Duration) -> (Server, Client) {
        let limits = patient()
            .http2_ping_interval(SHORT)
            .http2_ping_timeout(limit);
        let server = Server::start(target, limits).await;
        let (client, _) = server.http2().await;
        (server, client)
    }
    // Without a response the connection ends.
    let (_server, mut client) = answered(target, SHORT).await;
    while client.frame().await.is_some() {}
    // With a response it stays open, and also while there is time.
    let (_server, mut client) = answered(target, LONG).await;
    let ping = client
        .until(|frame| frame.kind == PING)
        .await
        .expect("a question");
    tokio::time::sleep(2 * SHORT).await;
    client
        .frames(&[Frame::new(PING, ACK, 0, ping.payload)])
        .await;
    assert!(client.lives().await);
}
