//! The echo application on a socket, with routes that record their requests.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use avocet::prelude::*;
use avocet::serve::{self, Tls};
use axum::Json;
use axum::extract::State;
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use tracing::subscriber::DefaultGuard;

use crate::process::certificate;
use crate::target::{Target, layered};

/// The requests that the application has seen since the last read.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<String>>>);

impl Seen {
    fn add(&self, what: impl Into<String>) {
        self.0.lock().expect("a list").push(what.into());
    }
}

#[get("/good")]
async fn good(#[state] seen: Seen) -> &'static str {
    seen.add("good");
    "good"
}

#[get("/smuggled")]
async fn smuggled(#[state] seen: Seen) -> &'static str {
    seen.add("smuggled");
    "smuggled"
}

#[post("/post")]
async fn post(#[state] seen: Seen, #[body] value: Value) -> &'static str {
    seen.add(format!("post {value}"));
    "post"
}

async fn serve(target: Target, server: serve::Server, seen: Seen) {
    let app = || {
        echo::app()
            .state(seen.clone())
            .routes(routes![good, smuggled, post])
    };
    match target {
        Target::App => app().serve(server).await.expect("it serves"),
        Target::Layered => layered(app()).serve(server).await.expect("it serves"),
        Target::Axum => drop(server.serve(axum_router(seen)).await.expect("it serves")),
    }
}

fn axum_router(seen: Seen) -> axum::Router {
    async fn post(State(seen): State<Seen>, Json(value): Json<Value>) -> &'static str {
        seen.add(format!("post {value}"));
        "post"
    }
    let says = |word: &'static str| {
        axum::routing::get(move |State(seen): State<Seen>| async move {
            seen.add(word);
            word
        })
    };
    axum::Router::new()
        .route("/good", says("good"))
        .route("/smuggled", says("smuggled"))
        .route("/post", axum::routing::post(post))
        .with_state(seen)
}

pub(super) struct Server {
    address: SocketAddr,
    tls: Option<TlsConnector>,
    seen: Seen,
    said: Said,
    _listening: DefaultGuard,
}

impl Server {
    /// Runs everything on the thread of the test, so that the captured log is that of this server.
    pub(super) async fn start(target: Target, tls: bool) -> Self {
        let said = Said::default();
        let writer = said.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::WARN)
            .with_writer(move || writer.clone())
            .finish();
        let listening = tracing::subscriber::set_default(subscriber);
        let seen = Seen::default();
        let address = free_address();
        let mut server = serve::Server::new().bind(address.to_string());
        if tls {
            server = server.tls(Tls::files(
                certificate("first.pem"),
                certificate("first.key"),
            ));
        }
        let state = seen.clone();
        tokio::spawn(async move { serve(target, server, state).await });
        while TcpStream::connect(address).await.is_err() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        Self {
            address,
            tls: tls.then(|| TlsConnector::from(tls_client())),
            seen,
            said,
            _listening: listening,
        }
    }

    /// Returns everything that the server sends for these bytes, until the connection ends.
    pub(super) async fn ask(&self, bytes: &[u8]) -> Vec<u8> {
        let socket = TcpStream::connect(self.address).await.expect("it listens");
        let name = ServerName::try_from("localhost").expect("a name");
        match &self.tls {
            Some(tls) => talk(tls.connect(name, socket).await.expect("TLS"), bytes).await,
            None => talk(socket, bytes).await,
        }
    }

    /// Returns the requests that the application has seen since the last call.
    pub(super) fn seen(&self) -> Vec<String> {
        std::mem::take(&mut *self.seen.0.lock().expect("a list"))
    }

    /// Returns its log for operators.
    pub(super) fn said(&self) -> String {
        String::from_utf8_lossy(&self.said.0.lock().expect("a text")).into_owned()
    }
}

async fn talk(io: impl AsyncRead + AsyncWrite, bytes: &[u8]) -> Vec<u8> {
    let (mut read, mut write) = tokio::io::split(io);
    let mut responses = Vec::new();
    let sending = async {
        // The server may close the connection before all bytes are sent.
        let _ = write.write_all(bytes).await;
        let _ = write.flush().await;
    };
    let receiving = async {
        let _ = read.read_to_end(&mut responses).await;
    };
    let both = async { tokio::join!(sending, receiving) };
    let patience = Duration::from_secs(60);
    let ended = tokio::time::timeout(patience, both).await;
    assert!(
        ended.is_ok(),
        "no end for {:?}",
        String::from_utf8_lossy(bytes)
    );
    responses
}

/// Returns an address without a listener.
fn free_address() -> SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address")
}

pub(crate) fn tls_client() -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    let authority =
        CertificateDer::from_pem_file(certificate("authority.pem")).expect("a certificate");
    roots.add(authority).expect("a good root");
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions();
    let builder = builder.expect("versions").with_root_certificates(roots);
    let mut config = builder.with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Arc::new(config)
}

/// The captured log.
#[derive(Clone, Default)]
struct Said(Arc<Mutex<Vec<u8>>>);

impl io::Write for Said {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("a text").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
