//! The client side of a WebSocket (RFC 6455), as far as an echo needs it.

use std::io;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

use super::{PATIENCE, Wire, ask};

pub(crate) const BINARY: u8 = 2;
pub(crate) const CLOSE: u8 = 8;
pub(crate) const PING: u8 = 9;
pub(crate) const PONG: u8 = 10;

/// Upgrades the connection to a WebSocket.
pub(crate) async fn open(wire: &mut Wire) -> io::Result<()> {
    let request = "GET /ws HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
        sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    let response = ask(wire, request).await?;
    assert!(
        response.head.starts_with("HTTP/1.1 101"),
        "{}",
        response.head
    );
    Ok(())
}

/// Returns a frame with a whole message. The mask is zero, which leaves the bytes unchanged.
pub(crate) fn frame(opcode: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![0x80 | opcode];
    match (u8::try_from(payload.len()), u16::try_from(payload.len())) {
        (Ok(length @ ..126), _) => frame.push(0x80 | length),
        (_, Ok(length)) => {
            frame.push(0x80 | 0x7e);
            frame.extend(length.to_be_bytes());
        }
        _ => {
            frame.push(0x80 | 0x7f);
            frame.extend((payload.len() as u64).to_be_bytes());
        }
    }
    frame.extend([0; 4]);
    frame.extend(payload);
    frame
}

/// Reads a frame: its opcode and its content. Responds to pings in between.
pub(crate) async fn read(wire: &mut Wire) -> io::Result<(u8, Vec<u8>)> {
    loop {
        let (opcode, payload) = timeout(PATIENCE, any(wire)).await??;
        if opcode != PING {
            return Ok((opcode, payload));
        }
        wire.write_all(&frame(PONG, &payload)).await?;
        wire.flush().await?;
    }
}

async fn any(wire: &mut Wire) -> io::Result<(u8, Vec<u8>)> {
    let opcode = wire.read_u8().await? & 0x0f;
    let length = match wire.read_u8().await? {
        126 => usize::from(wire.read_u16().await?),
        127 => usize::try_from(wire.read_u64().await?).map_err(io::Error::other)?,
        length => usize::from(length),
    };
    let mut payload = vec![0; length];
    wire.read_exact(&mut payload).await?;
    Ok((opcode, payload))
}
