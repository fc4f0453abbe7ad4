//! Clients that know what they send to the last byte, in the clear or under TLS.

pub(crate) mod websocket;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpSocket;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use crate::process::certificate;

/// A connection, whatever lies beneath it.
pub(crate) type Wire = BufReader<Box<dyn Io>>;

pub(crate) trait Io: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Io for T {}

/// Only a defect makes anybody wait for so long.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// How a server is reached.
#[derive(Clone)]
pub(crate) struct Way {
    pub(crate) address: SocketAddr,
    pub(crate) tls: bool,
}

/// What a connection does beyond the ordinary.
#[derive(Clone, Copy, Default)]
pub(crate) struct Manners {
    /// To drop it is a reset: what was sent is forgotten on both sides.
    pub(crate) resets: bool,
    /// How many bytes the system takes for it before it is read; nothing is the system's choice.
    pub(crate) receive: Option<u32>,
}

impl Way {
    pub(crate) async fn connect(&self) -> io::Result<Wire> {
        self.connect_with(Manners::default(), b"http/1.1").await
    }

    pub(crate) async fn connect_with(&self, manners: Manners, protocol: &[u8]) -> io::Result<Wire> {
        let socket = TcpSocket::new_v4()?;
        if let Some(bytes) = manners.receive {
            socket.set_recv_buffer_size(bytes)?;
        }
        let stream = timeout(PATIENCE, socket.connect(self.address)).await??;
        if manners.resets {
            stream.set_zero_linger()?;
        }
        stream.set_nodelay(true)?;
        if !self.tls {
            return Ok(BufReader::new(Box::new(stream)));
        }
        let mut config = trusting();
        config.alpn_protocols = vec![protocol.to_vec()];
        let name = ServerName::try_from("localhost").expect("a name");
        let stream = TlsConnector::from(Arc::new(config)).connect(name, stream);
        Ok(BufReader::new(Box::new(timeout(PATIENCE, stream).await??)))
    }
}

fn trusting() -> ClientConfig {
    let authority = CertificateDer::from_pem_file(certificate("authority.pem"));
    let mut roots = RootCertStore::empty();
    roots
        .add(authority.expect("a certificate"))
        .expect("a good root");
    ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth()
}

/// An answer whose length was said, or that came in chunks.
pub(crate) struct Answer {
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

/// Reads one answer, of either framing, and nothing behind it.
pub(crate) async fn response(wire: &mut Wire) -> io::Result<Answer> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(byte(wire).await?);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let mut body = Vec::new();
    if let Some(length) = header(&head, "content-length") {
        body.resize(length.parse().map_err(io::Error::other)?, 0);
        timeout(PATIENCE, wire.read_exact(&mut body)).await??;
    } else if header(&head, "transfer-encoding").is_some() {
        while chunk(wire, &mut body).await? {}
    }
    Ok(Answer { head, body })
}

/// Reads one chunk; false at the last.
async fn chunk(wire: &mut Wire, body: &mut Vec<u8>) -> io::Result<bool> {
    let mut size = Vec::new();
    while !size.ends_with(b"\r\n") {
        size.push(byte(wire).await?);
    }
    let size = String::from_utf8_lossy(&size);
    let size = usize::from_str_radix(size.trim(), 16).map_err(io::Error::other)?;
    let before = body.len();
    body.resize(before + size + 2, 0);
    timeout(PATIENCE, wire.read_exact(&mut body[before..])).await??;
    body.truncate(before + size);
    Ok(size > 0)
}

async fn byte(wire: &mut Wire) -> io::Result<u8> {
    timeout(PATIENCE, wire.read_u8()).await?
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| {
        let (key, value) = line.split_once(": ")?;
        key.eq_ignore_ascii_case(name).then_some(value)
    })
}

/// Everything until the end, however it ends.
pub(crate) async fn rest(wire: &mut Wire) -> Vec<u8> {
    let mut all = Vec::new();
    let ended = timeout(PATIENCE, wire.read_to_end(&mut all)).await;
    assert!(ended.is_ok(), "neither bytes nor an end for a minute");
    all
}

pub(crate) async fn ask(wire: &mut Wire, request: &str) -> io::Result<Answer> {
    wire.write_all(request.as_bytes()).await?;
    wire.flush().await?;
    response(wire).await
}
