//! Clients that control every byte they send, in cleartext or over TLS.

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

/// A connection, with or without TLS.
pub(crate) type Wire = BufReader<Box<dyn Io>>;

pub(crate) trait Io: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Io for T {}

/// The timeout of the tests; only a defect reaches it.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// How to connect to a server.
#[derive(Clone)]
pub(crate) struct Way {
    pub(crate) address: SocketAddr,
    pub(crate) tls: bool,
}

/// Special socket options of a connection.
#[derive(Clone, Copy, Default)]
pub(crate) struct Manners {
    /// Dropping the connection resets it, and both sides discard the sent data.
    pub(crate) resets: bool,
    /// The size of the receive buffer in bytes; `None` is the system's default.
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

/// A response with a content length or in chunks.
pub(crate) struct Answer {
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

/// Reads exactly one response, with either framing.
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

/// Reads one chunk; returns false at the last.
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

/// Reads everything until the end of the connection, orderly or not.
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
