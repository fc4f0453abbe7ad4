//! `Site`: an application on a local socket, directly or behind a prefix.

use std::net::SocketAddr;

use avocet::serve::Shutdown;
use avocet::{App, Service};
use http::{Request, Uri};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tower_service::Service as _;

/// A running site; dropping it stops it.
pub(crate) struct Site {
    address: SocketAddr,
    prefix: &'static str,
    _runtime: Runtime,
}

impl Site {
    /// Serves the application directly.
    pub(crate) fn alone(service: Service) -> Self {
        Self::start("", |listener| async {
            service
                .serve_on(listener, Shutdown::when(std::future::pending()))
                .await
                .expect("it serves");
        })
    }

    /// Serves the application inside another server, which removes the prefix from the path.
    pub(crate) fn behind(prefix: &'static str, service: Service) -> Self {
        Self::start(prefix, move |listener| accept(listener, service, prefix))
    }

    /// Serves the application as a mount of an outer one.
    pub(crate) fn mounted(prefix: &'static str, service: Service) -> Self {
        let outer = App::new("Outer", "1.0.0").mount(prefix, service);
        Self {
            prefix,
            ..Self::alone(outer.build().expect("it builds"))
        }
    }

    /// Serves the application in a router of axum.
    pub(crate) fn nested(prefix: &'static str, service: Service) -> Self {
        let router = axum::Router::<()>::new().nest_service(prefix, service);
        let outer = App::new("Server", "1.0.0")
            .without_docs()
            .mount("/", router);
        Self {
            prefix,
            ..Self::alone(outer.build().expect("it builds"))
        }
    }

    /// Serves the application as a mount of an outer one, inside another server, which removes a prefix from the path. `whole` is the prefix
    /// of both.
    pub(crate) fn mounted_behind(
        whole: &'static str,
        (proxy, mount): (&'static str, &'static str),
        service: Service,
    ) -> Self {
        let outer = App::new("Outer", "1.0.0").mount(mount, service);
        Self {
            prefix: whole,
            ..Self::behind(proxy, outer.build().expect("it builds"))
        }
    }

    fn start<F>(prefix: &'static str, serve: impl FnOnce(TcpListener) -> F) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let runtime = Runtime::new().expect("a runtime");
        let listener = runtime
            .block_on(TcpListener::bind("127.0.0.1:0"))
            .expect("a port");
        let address = listener.local_addr().expect("an address");
        runtime.spawn(serve(listener));
        Self {
            address,
            prefix,
            _runtime: runtime,
        }
    }

    /// Returns `http://127.0.0.1:1234`.
    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns the address of a path of the application.
    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{}{path}", self.origin(), self.prefix)
    }
}

async fn accept(listener: TcpListener, service: Service, prefix: &'static str) {
    while let Ok((stream, _)) = listener.accept().await {
        let service = service.clone();
        let response = service_fn(move |mut request: Request<Incoming>| {
            // Paths outside the prefix belong to other applications; here there are none.
            *request.uri_mut() = cut(request.uri(), prefix)
                .unwrap_or_else(|| Uri::from_static("/outside-the-prefix"));
            service.clone().call(request)
        });
        tokio::spawn(async move {
            // A browser may disconnect in the middle of a response.
            let _ = http1::Builder::new()
                .serve_connection(TokioIo::new(stream), response)
                .await;
        });
    }
}

fn cut(uri: &Uri, prefix: &str) -> Option<Uri> {
    let rest = uri.path_and_query()?.as_str().strip_prefix(prefix)?;
    rest.parse().ok()
}
