//! TLS: the supported versions, rejected handshakes, and a new certificate without a restart.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Empty};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio_rustls::rustls::{self, ClientConfig, RootCertStore, SupportedProtocolVersion};

use super::harness::{LONG, SHORT, Server, config, patient, text};
use super::slow_readers::{endless, limited, read_steadily};
use crate::io::tls::{CurrentTls, Hangup};
use crate::{Limits, Tls};

const TLS13: &SupportedProtocolVersion = &rustls::version::TLS13;
const TLS12: &SupportedProtocolVersion = &rustls::version::TLS12;

/// Returns the path of a file beside this one.
fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("src/tests/tls")
        .join(name)
}

fn first() -> Tls {
    Tls::files(file("first.pem"), file("first.key"))
}

#[tokio::test]
async fn a_request_over_tls_is_secure() {
    let tls = CurrentTls::watch(first()).expect("good files");
    let server = Server::with(config(patient()).tls(tls), |request| async move {
        let connection: &crate::ConnectionInfo = request.extensions().get().expect("a connection");
        text(connection.is_secure(request.headers()).to_string())
    })
    .await;
    let mut io = connect(&server, client(TLS13, "http/1.1"))
        .await
        .expect("a handshake");
    let response = ask(&mut io).await.expect("a response");
    assert!(response.ends_with("\r\n\r\ntrue"), "{response}");
}

async fn start(limits: Limits, tls: Tls) -> Server {
    let tls = CurrentTls::watch(tls).expect("good files");
    Server::with(config(limits).tls(tls), |_| async { text("hello") }).await
}

fn certificate(name: &str) -> CertificateDer<'static> {
    CertificateDer::from_pem_file(file(name)).expect("a certificate")
}

/// A client that trusts the test authority.
fn client(version: &'static SupportedProtocolVersion, protocol: &str) -> ClientConfig {
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_protocol_versions(&[version]);
    let mut roots = RootCertStore::empty();
    roots
        .add(certificate("authority.pem"))
        .expect("a good root");
    let builder = builder.expect("a version").with_root_certificates(roots);
    let mut config = builder.with_no_client_auth();
    config.alpn_protocols = vec![protocol.into()];
    config
}

async fn connect(server: &Server, config: ClientConfig) -> std::io::Result<TlsStream<TcpStream>> {
    let socket = TcpStream::connect(server.address).await?;
    let name = ServerName::try_from("localhost").expect("a name");
    TlsConnector::from(Arc::new(config))
        .connect(name, socket)
        .await
}

async fn ask(io: &mut TlsStream<TcpStream>) -> std::io::Result<String> {
    let request = b"GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    io.write_all(request).await?;
    let mut response = String::new();
    io.read_to_string(&mut response).await?;
    Ok(response)
}

#[tokio::test]
async fn http1_over_both_versions() {
    let server = start(patient(), first()).await;
    for version in [TLS12, TLS13] {
        let mut io = connect(&server, client(version, "http/1.1"))
            .await
            .expect("TLS");
        assert_eq!(io.get_ref().1.alpn_protocol(), Some(&b"http/1.1"[..]));
        // An orderly end: `read_to_string` fails without a close_notify.
        let response = ask(&mut io).await.expect("an answer");
        assert!(response.ends_with("hello"), "{response}");
    }
}

#[tokio::test]
async fn http2_is_offered() {
    let server = start(patient(), first()).await;
    let io = connect(&server, client(TLS13, "h2")).await.expect("TLS");
    assert_eq!(io.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    let (mut requests, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(io))
            .await
            .expect("HTTP/2");
    tokio::spawn(connection);
    let request = Request::get("https://localhost/").body(Empty::<Bytes>::new());
    let response = requests.send_request(request.expect("a request")).await;
    let body = response.expect("an answer").into_body().collect().await;
    assert_eq!(body.expect("a body").to_bytes(), "hello");
}

#[tokio::test]
async fn a_handshake_that_does_not_come_ends_the_connection() {
    let server = start(patient().tls_time(SHORT), first()).await;
    for beginning in [&b""[..], b"\x16\x03\x01"] {
        let mut client = server.connect().await;
        client.send(beginning).await;
        client.gone().await;
    }
}

#[tokio::test]
async fn a_steady_reader_is_not_cut() {
    let tls = CurrentTls::watch(first()).expect("good files");
    let server = endless(limited().tls(tls)).await;
    let mut io = connect(&server, client(TLS13, "http/1.1"))
        .await
        .expect("TLS");
    let request = b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n";
    io.write_all(request).await.expect("an open connection");
    read_steadily(&mut io).await;
}

#[tokio::test]
async fn a_client_that_closes_its_side_is_answered() {
    let limits = patient().half_close_grace(LONG);
    let tls = CurrentTls::watch(first()).expect("good files");
    let server = Server::with(config(limits).tls(tls), |_| async {
        tokio::time::sleep(SHORT).await;
        text("hello")
    })
    .await;
    for version in [TLS12, TLS13] {
        let mut io = connect(&server, client(version, "http/1.1"))
            .await
            .expect("TLS");
        let request = b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n";
        io.write_all(request).await.expect("an open connection");
        // A close_notify and the end of the socket's input.
        io.shutdown().await.expect("an open connection");
        let mut response = String::new();
        io.read_to_string(&mut response).await.expect("an answer");
        assert!(response.ends_with("hello"), "{response}");
    }
}

/// The first message of a client that speaks this version and no other.
fn hello(version: u8) -> Vec<u8> {
    fn sized(bytes: &[u8]) -> Vec<u8> {
        let length = u16::try_from(bytes.len()).expect("a short message");
        [&length.to_be_bytes()[..], bytes].concat()
    }
    // Cipher suites of all the versions, and a group and a signature that the server supports.
    let suites = sized(&[
        0xc0, 0x2b, 0xc0, 0x2f, 0xc0, 0x13, 0xc0, 0x14, 0, 0x2f, 0, 0x35,
    ]);
    let groups = [&[0, 10][..], &sized(&sized(&[0, 29, 0, 23]))].concat();
    let points = [0, 11, 0, 2, 1, 0];
    let signatures = [&[0, 13][..], &sized(&sized(&[4, 3, 8, 4, 4, 1]))].concat();
    let extensions = sized(&[&groups[..], &points, &signatures].concat());
    let body = [
        &[3, version][..],
        &[7; 32],
        &[0],
        &suites,
        &[1, 0],
        &extensions,
    ]
    .concat();
    let message = [&[1, 0][..], &sized(&body)].concat();
    [&[0x16, 3, 1][..], &sized(&message)].concat()
}

#[tokio::test]
async fn versions_before_1_2_are_rejected() {
    let server = start(patient(), first()).await;
    for (version, response) in [
        // The record of an alert of two bytes: fatal, protocol_version.
        (0, &[0x15, 3, 3, 0, 2, 2, 70][..]),
        (1, &[0x15, 3, 3, 0, 2, 2, 70]),
        (2, &[0x15, 3, 3, 0, 2, 2, 70]),
        // The server's own hello, of TLS 1.2.
        (3, &[0x16, 3, 3]),
    ] {
        let mut client = server.connect().await;
        client.send(hello(version)).await;
        let mut seen = vec![0; response.len()];
        client.0.read_exact(&mut seen).await.expect("an answer");
        assert_eq!(seen, response, "3.{version}");
    }
}

#[tokio::test]
async fn a_head_that_does_not_come_after_the_handshake_ends_the_connection() {
    let server = start(patient().header_time(SHORT), first()).await;
    let mut io = connect(&server, client(TLS13, "http/1.1"))
        .await
        .expect("TLS");
    io.write_all(b"GET").await.expect("an open connection");
    let _ = io.read_to_end(&mut Vec::new()).await;
}

#[tokio::test]
async fn plain_http_gets_no_response_of_the_application() {
    let server = start(patient(), first()).await;
    let mut client = server.connect().await;
    client.get("/").await;
    let mut bytes = Vec::new();
    let _ = client.0.read_to_end(&mut bytes).await;
    assert!(!String::from_utf8_lossy(&bytes).contains("hello"));
}

#[tokio::test]
async fn clients_are_asked_for_certificates() {
    let server = start(patient(), first().client_roots(file("authority.pem"))).await;
    let stranger = async {
        let mut io = connect(&server, client(TLS13, "http/1.1")).await?;
        ask(&mut io).await
    };
    stranger.await.expect_err("no certificate");
    let mut config = client(TLS13, "http/1.1");
    let key = PrivateKeyDer::from_pem_file(file("client.key")).expect("a key");
    let key = config
        .crypto_provider()
        .key_provider
        .load_private_key(key)
        .expect("a key");
    let known = rustls::sign::CertifiedKey::new(vec![certificate("client.pem")], key);
    config.client_auth_cert_resolver = Arc::new(rustls::sign::SingleCertAndKey::from(known));
    let mut io = connect(&server, config).await.expect("TLS");
    assert!(ask(&mut io).await.expect("an answer").ends_with("hello"));
}

/// A folder for files that change, removed at the end.
struct TemporaryFolder(PathBuf);

impl TemporaryFolder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("avocet-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }

    fn put(&self, source: &str) {
        for kind in ["pem", "key"] {
            let from = file(&format!("{source}.{kind}"));
            std::fs::copy(from, self.0.join(format!("current.{kind}"))).expect("a copy");
        }
    }

    fn tls(&self) -> Tls {
        Tls::files(self.0.join("current.pem"), self.0.join("current.key"))
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

async fn presented(server: &Server) -> CertificateDer<'static> {
    let io = connect(server, client(TLS13, "h2")).await.expect("TLS");
    let chain = io.get_ref().1.peer_certificates().expect("a certificate");
    chain[0].clone().into_owned()
}

#[tokio::test]
async fn a_new_certificate_is_taken_and_a_bad_one_is_not() {
    for by_request in [true, false] {
        let folder = TemporaryFolder::new(&format!("certificates-{by_request}"));
        folder.put("first");
        let look = if by_request {
            Duration::from_secs(3600)
        } else {
            SHORT
        };
        let (hangup, asked) = mpsc::unbounded_channel();
        let tls = CurrentTls::watch_with(folder.tls(), look, Hangup::Test(asked));
        let config = config(patient()).tls(tls.expect("good files"));
        let server = Server::with(config, |_| async { text("hello") }).await;
        assert_eq!(presented(&server).await, certificate("first.pem"));

        std::fs::write(folder.0.join("current.pem"), "not PEM").expect("a file");
        hangup.send(()).expect("a watch");
        tokio::time::sleep(2 * SHORT).await;
        assert_eq!(presented(&server).await, certificate("first.pem"));

        folder.put("second");
        hangup.send(()).expect("a watch");
        while presented(&server).await != certificate("second.pem") {
            tokio::time::sleep(SHORT).await;
        }
    }
}

/// The log of this thread.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn count(&self, line: &str) -> usize {
        let written = self.0.lock().expect("no thread panicked");
        String::from_utf8_lossy(&written).matches(line).count()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let mut written = self.0.lock().expect("no thread panicked");
        written.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn a_file_that_cannot_be_read_is_told_once_and_to_whoever_asks() {
    const STAYS: &str = "the old certificate stays in use";
    const LOOK: Duration = Duration::from_secs(60);
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_writer(move || writer.clone())
        .finish();
    let _logging = tracing::subscriber::set_default(subscriber);

    let folder = TemporaryFolder::new("unreadable-certificates");
    folder.put("first");
    let (hangup, asked) = mpsc::unbounded_channel();
    let tls = CurrentTls::watch_with(folder.tls(), LOOK, Hangup::Test(asked));
    let _tls = tls.expect("good files");
    let key = folder.0.join("current.key");
    std::fs::remove_file(&key).expect("a file");
    // The clock stands still while the files are read.
    tokio::time::sleep(5 * LOOK + LOOK / 2).await;
    assert_eq!(log.count(STAYS), 1);
    hangup.send(()).expect("a watch");
    tokio::time::sleep(LOOK / 4).await;
    assert_eq!(log.count(STAYS), 2);
    std::fs::write(&key, "not PEM").expect("a file");
    tokio::time::sleep(5 * LOOK).await;
    assert_eq!(log.count(STAYS), 3);
    folder.put("first");
    tokio::time::sleep(5 * LOOK).await;
    assert_eq!(log.count(STAYS), 3);
    assert_eq!(log.count("the certificate was reloaded"), 1);
}

#[tokio::test]
async fn the_error_names_the_file_and_the_reason() {
    let folder = TemporaryFolder::new("bad-certificates");
    let empty = folder.0.join("empty.pem");
    std::fs::write(&empty, "").expect("a file");
    let broken = folder.0.join("broken.pem");
    std::fs::write(&broken, "-----BEGIN CERTIFICATE-----\nAAAA\n").expect("a file");
    let missing = folder.0.join("missing.pem");
    for (certificate, key, wrong, reason) in [
        (
            &missing,
            &file("first.key"),
            &missing,
            "No such file or directory (os error 2)",
        ),
        (
            &empty,
            &file("first.key"),
            &empty,
            "it contains no certificate",
        ),
        (
            &file("first.pem"),
            &empty,
            &empty,
            "it contains no private key",
        ),
        (
            &file("first.pem"),
            &file("first.pem"),
            &file("first.pem"),
            "it contains no private key",
        ),
    ] {
        let error = CurrentTls::watch(Tls::files(certificate, key)).expect_err("no TLS");
        let expected = format!("cannot use {} for TLS: {reason}", wrong.display());
        assert_eq!(error.to_string(), expected);
    }
    let error = CurrentTls::watch(Tls::files(&broken, file("first.key"))).expect_err("no TLS");
    assert!(error.to_string().contains("it is not PEM"), "{error}");
    let error = CurrentTls::watch(Tls::files(file("first.pem"), file("second.key")));
    let error = error.expect_err("no TLS").to_string();
    assert!(
        error.contains("second.key") && error.contains("the key does not match the certificate in"),
        "{error}"
    );
}
