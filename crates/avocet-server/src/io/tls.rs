//! TLS: the certificate, and its reload without a restart.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use std::{error, fmt, io};

use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::pki_types::pem::{self, PemObject};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{self, RootCertStore, ServerConfig};

use crate::io::client_io::ClientIo;
use crate::io::transport::Layer;

/// How often the files are checked. Certificates are renewed days before they expire.
const LOOK: Duration = Duration::from_secs(60);

/// TLS 1.2 and 1.3 with a certificate and its key, both in PEM files.
///
/// The server offers HTTP/2 to clients that support it, and HTTP/1.1 to the others. When the files change, new connections use
/// the new certificate within a minute, or at once on SIGHUP. If the new files are invalid, the server logs the error and keeps
/// the old certificate.
///
/// ```no_run
/// use avocet_server::{Server, Tls};
///
/// let server = Server::new().bind("0.0.0.0:8443").tls(Tls::files("certificate.pem", "key.pem"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tls {
    certificate: PathBuf,
    key: PathBuf,
    client_roots: Option<PathBuf>,
}

impl Tls {
    /// The server's certificate, followed by the intermediate certificates, and its private key (PKCS #8, PKCS #1 or SEC1).
    ///
    /// The files are read when the server starts.
    ///
    /// ```
    /// let tls = avocet_server::Tls::files("certificate.pem", "key.pem");
    /// ```
    pub fn files(certificate: impl Into<PathBuf>, key: impl Into<PathBuf>) -> Self {
        Self {
            certificate: certificate.into(),
            key: key.into(),
            client_roots: None,
        }
    }

    /// Requires a client certificate, signed by one of the roots in this PEM file; without one the
    /// handshake fails.
    ///
    /// ```
    /// use avocet_server::Tls;
    ///
    /// let tls = Tls::files("certificate.pem", "key.pem").client_roots("clients.pem");
    /// ```
    pub fn client_roots(mut self, file: impl Into<PathBuf>) -> Self {
        self.client_roots = Some(file.into());
        self
    }

    fn paths(&self) -> impl Iterator<Item = &Path> {
        [&self.certificate, &self.key]
            .into_iter()
            .chain(&self.client_roots)
            .map(PathBuf::as_path)
    }

    /// Checks that the files are valid.
    pub(crate) fn check(&self) -> Result<(), TlsError> {
        self.configure(&self.load()?).map(drop)
    }

    /// Reads the files.
    fn load(&self) -> Result<Files, TlsError> {
        let contents = self
            .paths()
            .map(|path| std::fs::read(path).map_err(|error| TlsError::new(path, Reason::Io(error))))
            .collect::<Result<_, _>>()?;
        Ok(Files(contents))
    }

    /// Builds the server configuration from the contents of the files.
    fn configure(&self, Files(contents): &Files) -> Result<Arc<ServerConfig>, TlsError> {
        let chain = certificates(&self.certificate, &contents[0])?;
        let key = PrivateKeyDer::from_pem_slice(&contents[1]).map_err(|error| {
            TlsError::new(
                &self.key,
                match error {
                    pem::Error::NoItemsFound => Reason::Missing("private key"),
                    error => Reason::Pem(error),
                },
            )
        })?;
        let provider = Arc::new(ring::default_provider());
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(|error| TlsError::new(&self.certificate, Reason::Tls(error)))?;
        let builder = match &self.client_roots {
            None => builder.with_no_client_auth(),
            Some(path) => {
                builder.with_client_cert_verifier(verifier(path, &contents[2], provider)?)
            }
        };
        let mut config = builder
            .with_single_cert(chain, key)
            .map_err(|error| match error {
                rustls::Error::InconsistentKeys(_) => {
                    TlsError::new(&self.key, Reason::NotTogether(self.certificate.clone()))
                }
                error => TlsError::new(&self.certificate, Reason::Tls(error)),
            })?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }
}

fn certificates(path: &Path, text: &[u8]) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let chain = CertificateDer::pem_slice_iter(text)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| TlsError::new(path, Reason::Pem(error)))?;
    if chain.is_empty() {
        return Err(TlsError::new(path, Reason::Missing("certificate")));
    }
    Ok(chain)
}

fn verifier(
    path: &Path,
    text: &[u8],
    provider: Arc<CryptoProvider>,
) -> Result<Arc<dyn rustls::server::danger::ClientCertVerifier>, TlsError> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(path, text)? {
        roots
            .add(certificate)
            .map_err(|error| TlsError::new(path, Reason::Tls(error)))?;
    }
    WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider)
        .build()
        .map_err(|error| TlsError::new(path, Reason::Verifier(error.to_string())))
}

/// The contents of the files when they were last read.
#[derive(PartialEq, Eq)]
struct Files(Vec<Vec<u8>>);

/// The current configuration. Each connection uses the one that is current when it starts.
#[derive(Clone, Debug)]
pub(crate) struct CurrentTls(watch::Receiver<Arc<ServerConfig>>);

impl CurrentTls {
    /// Reads the files, and again when they change or on SIGHUP, until the last handle is dropped.
    pub(crate) fn watch(tls: Tls) -> Result<Self, TlsError> {
        Self::watch_with(tls, LOOK, Hangup::signal())
    }

    pub(crate) fn watch_with(tls: Tls, look: Duration, hangup: Hangup) -> Result<Self, TlsError> {
        let files = tls.load()?;
        let (switch, current) = watch::channel(tls.configure(&files)?);
        tokio::spawn(reload(tls, files, switch, look, hangup));
        Ok(Self(current))
    }

    /// Performs the TLS handshake.
    pub(crate) async fn handshake(&self, io: ClientIo) -> io::Result<Layer> {
        let acceptor = TlsAcceptor::from(Arc::clone(&self.0.borrow()));
        let stream = acceptor.accept(io).await?;
        Ok(Layer::Tls(Box::new(stream)))
    }
}

/// Updates the configuration when the files change, until the last handle is dropped.
///
/// An error is logged once, and again on SIGHUP: the same line at every check would hide other messages.
async fn reload(
    tls: Tls,
    files: Files,
    switch: watch::Sender<Arc<ServerConfig>>,
    look: Duration,
    mut hangup: Hangup,
) {
    let tls = Arc::new(tls);
    let mut files = Arc::new(files);
    // The error of the last read.
    let mut unread: Option<String> = None;
    loop {
        let asked = tokio::select! {
            () = switch.closed() => return,
            () = hangup.received() => true,
            () = tokio::time::sleep(look) => false,
        };
        let (reader, before) = (Arc::clone(&tls), Arc::clone(&files));
        let anew = asked || unread.is_some();
        let outcome = tokio::task::spawn_blocking(move || {
            let now = reader.load()?;
            if !anew && now == *before {
                return Ok(None);
            }
            // An invalid version is stored too, so that the same error is logged once.
            let config = reader.configure(&now);
            Ok(Some((now, config)))
        });
        let outcome: io::Result<Option<_>> = match outcome.await {
            Ok(outcome) => outcome.map_err(|error: TlsError| error.into()),
            Err(panic) => Err(panic.into()),
        };
        match outcome {
            Ok(None) => {}
            Ok(Some((now, config))) => {
                files = Arc::new(now);
                unread = None;
                match config {
                    Ok(config) => {
                        tracing::info!("the certificate was reloaded");
                        switch.send_replace(config);
                    }
                    Err(error) => stays(&error),
                }
            }
            Err(error) => {
                let error = error.to_string();
                if asked || unread.as_ref() != Some(&error) {
                    stays(&error);
                }
                unread = Some(error);
            }
        }
    }
}

fn stays(error: &dyn fmt::Display) {
    crate::report::trouble(error, "the old certificate stays in use");
}

/// The trigger for reading the files again.
pub(crate) enum Hangup {
    /// SIGHUP. After this it no longer ends the process.
    #[cfg(unix)]
    Signal(tokio::signal::unix::Signal),
    #[cfg(test)]
    Test(tokio::sync::mpsc::UnboundedReceiver<()>),
    /// The system does not have this signal.
    Nobody,
}

impl Hangup {
    fn signal() -> Self {
        #[cfg(unix)]
        if let Ok(signal) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup()) {
            return Self::Signal(signal);
        }
        Self::Nobody
    }

    async fn received(&mut self) {
        let received = match self {
            #[cfg(unix)]
            Self::Signal(signal) => signal.recv().await,
            #[cfg(test)]
            Self::Test(asked) => asked.recv().await,
            Self::Nobody => None,
        };
        if received.is_none() {
            std::future::pending::<()>().await;
        }
    }
}

/// The error for a TLS file that cannot be used.
#[derive(Debug)]
pub(crate) struct TlsError {
    file: PathBuf,
    reason: Reason,
}

#[derive(Debug)]
enum Reason {
    Io(io::Error),
    Pem(pem::Error),
    Missing(&'static str),
    NotTogether(PathBuf),
    Verifier(String),
    Tls(rustls::Error),
}

impl TlsError {
    fn new(file: &Path, reason: Reason) -> Self {
        Self {
            file: file.to_owned(),
            reason,
        }
    }
}

impl fmt::Display for TlsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot use {} for TLS: ", self.file.display())?;
        match &self.reason {
            Reason::Io(error) => error.fmt(f),
            Reason::Pem(error) => write!(f, "it is not PEM: {error}"),
            Reason::Missing(what) => write!(f, "it contains no {what}"),
            Reason::NotTogether(certificate) => write!(
                f,
                "the key does not match the certificate in {}",
                certificate.display()
            ),
            Reason::Verifier(what) => f.write_str(what),
            Reason::Tls(error) => error.fmt(f),
        }
    }
}

impl error::Error for TlsError {}

impl From<TlsError> for io::Error {
    fn from(error: TlsError) -> Self {
        let kind = match &error.reason {
            Reason::Io(error) => error.kind(),
            _ => io::ErrorKind::InvalidData,
        };
        io::Error::new(kind, error)
    }
}
