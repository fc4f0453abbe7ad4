//! The protocol itself, frame by frame over a real connection, with a client that is independent of the server's library.

use avocet::prelude::*;
use avocet::serve::Limits;
use avocet::websocket::{Closed, Message};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::served::Served;

#[websocket("/echo")]
async fn echo(mut socket: WebSocket<Message>) -> Result<(), Closed> {
    while let Some(message) = socket.recv().await {
        socket.send(message).await?;
    }
    Ok(())
}

const TEXT: u8 = 1;
const BINARY: u8 = 2;
const CLOSE: u8 = 8;
const PING: u8 = 9;
const PONG: u8 = 10;
const FINAL: u8 = 0x80;
const MASK: [u8; 4] = [0x12, 0x34, 0x56, 0x78];

pub(super) const HANDSHAKE: &str = "GET /echo HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
     sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

/// Returns a client's frame with this first byte.
pub(super) fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![first];
    match payload.len() {
        length @ 0..=125 => frame.push(0x80 | u8::try_from(length).expect("at most 125")),
        length @ 126..=0xffff => {
            frame.push(0x80 | 0x7e);
            frame.extend_from_slice(&u16::try_from(length).expect("two bytes").to_be_bytes());
        }
        length => {
            frame.push(0x80 | 0x7f);
            frame.extend_from_slice(&(length as u64).to_be_bytes());
        }
    }
    frame.extend_from_slice(&MASK);
    let masked = payload.iter().zip(MASK.iter().cycle());
    frame.extend(masked.map(|(byte, mask)| byte ^ mask));
    frame
}

/// A client that writes bytes and reads frames.
pub(super) struct Raw(pub(super) TcpStream);

impl Raw {
    pub(super) async fn connect(address: std::net::SocketAddr, after_handshake: &[u8]) -> Self {
        Self::connect_to(address, "/echo", after_handshake).await
    }

    pub(super) async fn connect_to(
        address: std::net::SocketAddr,
        path: &str,
        after_handshake: &[u8],
    ) -> Self {
        let mut stream = TcpStream::connect(address).await.expect("it listens");
        let mut bytes = HANDSHAKE.replace("/echo", path).into_bytes();
        bytes.extend_from_slice(after_handshake);
        stream.write_all(&bytes).await.expect("it reads");
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.expect("an answer"));
        }
        let head = String::from_utf8(head).expect("text");
        assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
        assert!(
            head.contains("sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"),
            "{head}"
        );
        Self(stream)
    }

    pub(super) async fn send(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).await.expect("it reads");
    }

    /// Returns the first byte of the next frame and its payload, or `None` at the end.
    pub(super) async fn next(&mut self) -> Option<(u8, Vec<u8>)> {
        let first = self.0.read_u8().await.ok()?;
        let length = match self.0.read_u8().await.expect("a length") {
            length @ 0..=125 => u64::from(length),
            126 => u64::from(self.0.read_u16().await.expect("a length")),
            127 => self.0.read_u64().await.expect("a length"),
            masked => panic!("a server does not mask: {masked:x}"),
        };
        let mut payload = vec![0; usize::try_from(length).expect("a length")];
        self.0.read_exact(&mut payload).await.expect("a payload");
        Some((first, payload))
    }

    /// Returns the server's close code and reason, and checks that it closes the connection then.
    pub(super) async fn closed(&mut self) -> (u16, String) {
        let (first, payload) = self.next().await.expect("a close frame");
        assert_eq!(first, FINAL | CLOSE, "{payload:?}");
        assert_eq!(self.next().await, None);
        let (code, reason) = payload.split_at(2);
        let code = u16::from_be_bytes(code.try_into().expect("two bytes"));
        (code, String::from_utf8(reason.to_vec()).expect("UTF-8"))
    }
}

async fn start() -> std::net::SocketAddr {
    let limits = Limits::default()
        .websocket_message_bytes(100_000)
        .websocket_frame_bytes(70_000);
    let app = App::new("Frames", "1.0.0")
        .limits(limits)
        .routes(routes![echo]);
    Served::start(app).await.for_good()
}

#[tokio::test]
async fn messages_pings_and_fragments() {
    let address = start().await;
    // The first message arrives together with the handshake.
    let mut client = Raw::connect(address, &frame(FINAL | TEXT, b"first")).await;
    assert_eq!(client.next().await, Some((FINAL | TEXT, b"first".to_vec())));

    for length in [0, 1, 125, 126, 65_535, 65_536, 70_000] {
        let payload = vec![b'x'; length];
        client.send(&frame(FINAL | BINARY, &payload)).await;
        assert_eq!(client.next().await, Some((FINAL | BINARY, payload)));
    }

    // Fragments, empty ones too, with a ping between them and a character split across them.
    client.send(&frame(TEXT, b"a\xc3")).await;
    client.send(&frame(FINAL | PING, b"here?")).await;
    assert_eq!(client.next().await, Some((FINAL | PONG, b"here?".to_vec())));
    client.send(&frame(0, b"")).await;
    client.send(&frame(FINAL | PONG, b"unasked")).await;
    client.send(&frame(FINAL, b"\xa9b")).await;
    assert_eq!(client.next().await, Some((FINAL | TEXT, "aéb".into())));

    // Byte by byte.
    for byte in frame(FINAL | TEXT, "langsam".as_bytes()) {
        client.send(&[byte]).await;
    }
    assert_eq!(
        client.next().await,
        Some((FINAL | TEXT, b"langsam".to_vec()))
    );

    client.send(&frame(FINAL | CLOSE, b"\x0f\xa1bye")).await;
    assert_eq!(client.closed().await, (4001, "bye".to_owned()));
}

#[tokio::test]
async fn what_is_no_protocol_is_closed_with_1002() {
    let address = start().await;
    for (name, bytes) in [
        ("a reserved bit", frame(FINAL | 0x40 | TEXT, b"x")),
        ("another reserved bit", frame(FINAL | 0x10 | PING, b"")),
        ("a reserved opcode", frame(FINAL | 3, b"x")),
        ("a reserved control opcode", frame(FINAL | 0xb, b"x")),
        ("a control frame in fragments", frame(PING, b"x")),
        ("a long control frame", frame(FINAL | PING, &[0; 126])),
        ("a continuation of nothing", frame(FINAL, b"x")),
        (
            "a message inside a message",
            [frame(TEXT, b"x"), frame(FINAL | TEXT, b"y")].concat(),
        ),
        ("a frame without a mask", vec![FINAL | TEXT, 1, b'x']),
        ("a close frame of one byte", frame(FINAL | CLOSE, b"x")),
        (
            "a close code below 1000",
            frame(FINAL | CLOSE, &999_u16.to_be_bytes()),
        ),
        (
            "a close code that is never sent",
            frame(FINAL | CLOSE, &1005_u16.to_be_bytes()),
        ),
        (
            "a close code that means nothing",
            frame(FINAL | CLOSE, &1016_u16.to_be_bytes()),
        ),
        (
            "a close code above 4999",
            frame(FINAL | CLOSE, &5000_u16.to_be_bytes()),
        ),
    ] {
        let mut client = Raw::connect(address, b"").await;
        client.send(&bytes).await;
        assert_eq!(client.closed().await.0, 1002, "{name}");
    }
}

#[tokio::test]
async fn text_that_is_not_utf8_is_closed_with_1007() {
    let address = start().await;
    for (name, bytes) in [
        ("a whole message", frame(FINAL | TEXT, b"\xff")),
        (
            "a fragment, before the last one has come",
            [frame(TEXT, b"ok"), frame(0, b"\xed\xa0\x80")].concat(),
        ),
        (
            "a character that never ends",
            frame(FINAL | TEXT, b"\xe2\x82"),
        ),
    ] {
        let mut client = Raw::connect(address, b"").await;
        client.send(&bytes).await;
        assert_eq!(client.closed().await.0, 1007, "{name}");
    }
    let mut client = Raw::connect(address, b"").await;
    client.send(&frame(FINAL | CLOSE, b"\x03\xe8\xff")).await;
    let (code, _) = client.closed().await;
    assert!(
        code == 1007 || code == 1002,
        "a reason that is no text: {code}"
    );
}

#[tokio::test]
async fn what_is_over_a_limit_is_closed_with_1009_before_it_has_come() {
    let address = start().await;
    let head = |length: u64| {
        let mut head = vec![FINAL | BINARY, 0x80 | 0x7f];
        head.extend_from_slice(&length.to_be_bytes());
        head.extend_from_slice(&MASK);
        head.push(0);
        head
    };
    for (bytes, reason) in [
        (head(70_001), "A frame is over the limit of 70000 bytes"),
        (head(1 << 62), "A frame is over the limit of 70000 bytes"),
        (
            [
                frame(BINARY, &vec![0; 70_000]),
                frame(FINAL, &vec![0; 30_001]),
            ]
            .concat(),
            "A message is over the limit of 100000 bytes",
        ),
    ] {
        let mut client = Raw::connect(address, b"").await;
        client.send(&bytes).await;
        assert_eq!(client.closed().await, (1009, reason.to_owned()));
    }
}

#[tokio::test]
async fn messages_before_a_fault_are_still_answered() {
    let address = start().await;
    let bytes = [
        frame(FINAL | TEXT, b"one"),
        frame(FINAL | TEXT, b"two"),
        frame(FINAL | 3, b""),
    ];
    let mut client = Raw::connect(address, &bytes.concat()).await;
    assert_eq!(client.next().await, Some((FINAL | TEXT, b"one".to_vec())));
    assert_eq!(client.next().await, Some((FINAL | TEXT, b"two".to_vec())));
    assert_eq!(client.closed().await.0, 1002);
}
