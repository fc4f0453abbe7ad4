//! The parsed values of the options.

use std::path::PathBuf;
use std::str::FromStr;

use tracing::level_filters::LevelFilter;

use super::sources::{Given, Sources};
use crate::operation::Origins;
use crate::serve::{Address, Limits, Proxies, Server, Workers};

/// The built-in options, parsed and validated.
#[derive(Debug)]
pub(super) struct SettingValues {
    addresses: Vec<String>,
    #[cfg_attr(
        not(feature = "tls"),
        expect(dead_code, reason = "without the feature the options are an error")
    )]
    tls: Option<TlsFiles>,
    proxies: Vec<String>,
    pub(super) origins: Vec<String>,
    workers: Workers,
    pub(super) limits: Vec<(String, String)>,
    pub(super) upload_dir: Option<PathBuf>,
    pub(super) log: LevelFilter,
}

/// Certificate, key, and the roots of client certificates.
#[derive(Debug)]
#[cfg_attr(
    not(feature = "tls"),
    expect(dead_code, reason = "without the feature the options are an error")
)]
struct TlsFiles(PathBuf, PathBuf, Option<PathBuf>);

impl SettingValues {
    /// Parses the effective values; errors are added to those of `sources`.
    pub(super) fn read(sources: &mut Sources, base: &Limits) -> Self {
        Self {
            addresses: addresses(sources),
            tls: tls(sources),
            proxies: proxies(sources),
            origins: origins(sources),
            workers: read(
                sources,
                "workers",
                "`shared`, `per-core` or a number from 1",
            )
            .unwrap_or_default(),
            limits: limits(sources, base),
            upload_dir: upload_dir(sources),
            log: read(sources, "log", "off, error, warn, info, debug or trace")
                .unwrap_or(LevelFilter::INFO),
        }
    }

    pub(super) fn server(&self) -> Server {
        let server = self.addresses.iter().fold(Server::new(), Server::bind);
        let server = server
            .workers(self.workers)
            .trust_proxies(self.proxies.iter().map(String::as_str));
        #[cfg(feature = "tls")]
        let server = match &self.tls {
            None => server,
            Some(TlsFiles(certificate, key, roots)) => {
                let tls = crate::serve::Tls::files(certificate, key);
                server.tls(match roots {
                    Some(roots) => tls.client_roots(roots),
                    None => tls,
                })
            }
        };
        server
    }
}

fn read<T: FromStr>(sources: &mut Sources, name: &str, expected: &str) -> Option<T> {
    let Given { text, origin } = sources.take(name)?;
    let value = text.trim().parse().ok();
    if value.is_none() {
        sources
            .errors
            .push(format!("{origin} is `{text}`, but must be {expected}"));
    }
    value
}

fn addresses(sources: &mut Sources) -> Vec<String> {
    let bind = sources.take("bind");
    let host = sources.take("host");
    let port = read(sources, "port", "a number from 0 to 65535").unwrap_or(8000_u16);
    let Some(Given { text, origin }) = bind else {
        let text = host
            .as_ref()
            .map_or("127.0.0.1", |given| given.text.as_str());
        // An IPv6 address without a port is written without brackets.
        let address = if text.contains(':') && !text.starts_with('[') {
            format!("[{text}]:{port}")
        } else {
            format!("{text}:{port}")
        };
        if let (Some(Given { origin, .. }), Err(what)) = (&host, Address::from_str(&address)) {
            sources.errors.push(format!("{origin} is `{text}`: {what}"));
        }
        return vec![address];
    };
    let addresses = text.split(',').map(|address| address.trim().to_owned());
    addresses
        .inspect(|address| {
            if let Err(what) = Address::from_str(address) {
                sources
                    .errors
                    .push(format!("{origin} has `{address}`: {what}"));
            }
        })
        .collect()
}

fn proxies(sources: &mut Sources) -> Vec<String> {
    let Some(Given { text, origin }) = sources.take("trust-proxies") else {
        return Vec::new();
    };
    let proxies: Vec<_> = text
        .split(',')
        .map(|proxy| proxy.trim().to_owned())
        .collect();
    if let Err(error) = Proxies::read(&proxies) {
        sources.errors.push(format!("{origin}: {error}"));
    }
    proxies
}

fn upload_dir(sources: &mut Sources) -> Option<PathBuf> {
    let Given { text, origin } = sources.take("upload-dir")?;
    let directory = PathBuf::from(&text);
    if !directory.is_dir() {
        sources.errors.push(format!(
            "{origin} is `{text}`, but must be an existing directory"
        ));
    }
    Some(directory)
}

fn origins(sources: &mut Sources) -> Vec<String> {
    let Some(Given { text, origin }) = sources.take("websocket-origins") else {
        return Vec::new();
    };
    let origins: Vec<_> = text.split(',').map(|page| page.trim().to_owned()).collect();
    let checked = Origins::same_host().allow_all(&origins);
    let mistakes = checked.mistakes().map(|what| format!("{origin}: {what}"));
    sources.errors.extend(mistakes);
    origins
}

fn tls(sources: &mut Sources) -> Option<TlsFiles> {
    let [cert, key, roots] = ["cert", "key", "client-roots"].map(|name| sources.take(name));
    let first = [&cert, &key, &roots].into_iter().flatten().next()?;
    if cfg!(not(feature = "tls")) {
        sources.errors.push(format!(
            "{} needs TLS, but this program was built without avocet's feature `tls`",
            first.origin
        ));
        return None;
    }
    let (Some(cert), Some(key)) = (&cert, &key) else {
        let missing = if cert.is_none() {
            "--cert FILE"
        } else {
            "--key FILE"
        };
        sources
            .errors
            .push(format!("{} needs `{missing}` too", first.origin));
        return None;
    };
    let path = |given: &Given| PathBuf::from(&given.text);
    Some(TlsFiles(path(cert), path(key), roots.as_ref().map(path)))
}

fn limits(sources: &mut Sources, base: &Limits) -> Vec<(String, String)> {
    let mut tried = base.clone();
    let mut limits = Vec::new();
    for (name, Given { text, origin }) in std::mem::take(&mut sources.limits) {
        match tried.set(&name, &text) {
            Ok(()) => limits.push((name, text)),
            Err(error) if base.entries().iter().all(|entry| entry.name() != name) => {
                let error = format!("{origin}: {error}; `--limits` lists them all");
                sources.errors.push(error);
            }
            Err(error) => sources.errors.push(format!("{origin}: {error}")),
        }
    }
    limits
}
