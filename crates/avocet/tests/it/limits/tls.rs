//! The limit that applies before HTTP.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use avocet::App;
use avocet::serve::{self, Tls};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::sleep;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::server::{SHORT, patient};

/// Returns the path of a file beside the unit tests of the server.
fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../avocet-server/src/tests/tls")
        .join(name)
}

/// Starts a server with TLS and these limits, and returns its address.
async fn start(limits: serve::Limits) -> SocketAddr {
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = free.local_addr().expect("an address");
    drop(free);
    let tls = Tls::files(file("first.pem"), file("first.key"));
    let server = serve::Server::new().bind(address.to_string()).tls(tls);
    let app = App::new("Limits", "1.0.0").limits(limits);
    tokio::spawn(async move { app.serve(server).await.expect("it serves") });
    while TcpStream::connect(address).await.is_err() {
        sleep(SHORT / 10).await;
    }
    address
}

fn connector() -> TlsConnector {
    let mut roots = RootCertStore::empty();
    let authority = CertificateDer::from_pem_file(file("authority.pem")).expect("a certificate");
    roots.add(authority).expect("a good root");
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions();
    let builder = builder.expect("versions").with_root_certificates(roots);
    TlsConnector::from(Arc::new(builder.with_no_client_auth()))
}

pub(super) async fn tls_time() {
    let address = start(patient().tls_time(SHORT)).await;
    for beginning in [&b""[..], b"\x16\x03\x01\x02"] {
        let mut client = TcpStream::connect(address).await.expect("it listens");
        client.write_all(beginning).await.expect("an open socket");
        assert!(matches!(client.read(&mut [0]).await, Ok(0) | Err(_)));
    }

    let address = start(patient()).await;
    let client = TcpStream::connect(address).await.expect("it listens");
    sleep(2 * SHORT).await;
    let name = ServerName::try_from("localhost").expect("a name");
    let mut client = connector().connect(name, client).await.expect("TLS");
    let request = b"GET /nowhere HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    client.write_all(request).await.expect("an open socket");
    let mut response = String::new();
    client
        .read_to_string(&mut response)
        .await
        .expect("an answer");
    assert!(response.starts_with("HTTP/1.1 404 "), "{response}");
}
