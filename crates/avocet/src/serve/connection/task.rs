//! One connection, from the first byte to the last.

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::{http1, http2};
use hyper_util::rt::TokioIo;
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};

use crate::observe::Metrics;
use crate::serve::connection::activity::Activity;
use crate::serve::connection::connection_config::{ConnectionConfig, StreamTasks};
use crate::serve::connection::protocol::Protocol;
use crate::serve::connection::supervisor::{ConnectionSupervisor, End, HyperConnection};
use crate::serve::exchange::client_address::ClientAddress;
use crate::serve::exchange::connection_info::ConnectionInfo;
use crate::serve::exchange::http_app::{HttpApp, HttpAppService};
use crate::serve::exchange::upgrade::SharedSlot;
use crate::serve::io::client_io::ClientIo;
use crate::serve::io::linger::linger;
use crate::serve::io::transport::{Layer, Transport};
use crate::serve::listen::socket::Socket;
use crate::serve::shutdown::ShutdownSignal;

/// How long an HTTP/1 connection without a request is kept once the server is stopping. One may be on its way, or here and
/// not yet seen, and should not be lost; its answer says that it is the last.
const LATECOMER: Duration = Duration::from_millis(500);

/// Serves one client until one of the two has had enough.
pub(in crate::serve) async fn connection<A: HttpApp>(
    socket: Socket,
    peer: ClientAddress,
    app: A,
    config: Arc<ConnectionConfig>,
    mut draining: ShutdownSignal,
) {
    let _open = config.metrics.as_ref().map(Metrics::connection);
    let activity = Activity::new();
    let departure = socket.departure();
    let watched_socket = socket.again();
    // Dropped last, however the connection ends.
    let _parting = Parting {
        socket: socket.again(),
        activity: Arc::clone(&activity),
    };
    let (io, closed) = ClientIo::new(socket, Arc::clone(&activity));
    // Each phase is on the heap, and off it when it is over: in the connection's own future, all of them and the moves between
    // them would take their place for as long as the connection lives.
    let greeting = Box::pin(greet(io, &activity, &config, &mut draining));
    let Some((transport, protocol)) = greeting.await else {
        return;
    };
    let connection_info = ConnectionInfo::new(
        peer,
        draining.clone(),
        Arc::clone(&activity),
        Arc::clone(&config),
    );
    let exchanges = HttpAppService {
        app,
        activity: Arc::clone(&activity),
        connection_info: Arc::new(connection_info),
        rest: SharedSlot::new(),
    };
    let mut supervisor = ConnectionSupervisor {
        departure,
        socket: watched_socket,
        activity,
        config,
        draining,
    };
    match protocol {
        Protocol::Http1 => Box::pin(http1(transport, exchanges, &mut supervisor, closed)).await,
        Protocol::Http2 => Box::pin(http2(transport, exchanges, &mut supervisor)).await,
    }
}

/// The end of a connection: a client that takes no bytes is reset.
struct Parting {
    socket: Socket,
    activity: Arc<Activity>,
}

impl Drop for Parting {
    fn drop(&mut self) {
        if self.activity.is_stalled() {
            self.socket.forget_unsent();
        }
    }
}

/// Everything before the first request: TLS, if that is spoken, and which HTTP.
async fn greet(
    io: ClientIo,
    activity: &Arc<Activity>,
    config: &ConnectionConfig,
    draining: &mut ShutdownSignal,
) -> Option<(Transport, Protocol)> {
    let latecomer = async {
        draining.started().await;
        sleep(LATECOMER).await;
    };
    let greeting = async {
        let mut transport = Transport::new(secure(io, activity, config).await?);
        let protocol = detect(&mut transport, activity, config).await?;
        Some((transport, protocol))
    };
    tokio::select! {
        biased;
        greeted = greeting => greeted,
        () = latecomer => None,
    }
}

/// Learns the protocol, under the time limit for the head of a request.
async fn detect(
    transport: &mut Transport,
    activity: &Arc<Activity>,
    config: &ConnectionConfig,
) -> Option<Protocol> {
    let detected = transport.detect(activity, &config.limits);
    match timeout(config.limits.header_time, detected).await {
        Ok(Ok(protocol)) => protocol,
        Ok(Err(error)) => {
            tracing::debug!(%error, "the client left before its first request");
            None
        }
        Err(_) => {
            tracing::debug!("the client sent no request in time");
            config.limit_hit("header_time");
            None
        }
    }
}

/// Encrypts the connection, if it is one of those that are, under a time limit of its own.
#[cfg(feature = "tls")]
async fn secure(io: ClientIo, activity: &Activity, config: &ConnectionConfig) -> Option<Layer> {
    let tls = match &config.tls {
        Some(tls) if io.socket().is_tcp() => tls,
        _ => return Some(Layer::Plain(io)),
    };
    match timeout(config.limits.tls_time, tls.handshake(io)).await {
        Ok(Ok(layer)) => {
            activity.handshake_over();
            Some(layer)
        }
        Ok(Err(error)) => {
            tracing::debug!(%error, "the TLS handshake failed");
            None
        }
        Err(_) => {
            tracing::debug!("the TLS handshake was not over in time");
            config.limit_hit("tls_time");
            None
        }
    }
}

#[cfg(not(feature = "tls"))]
async fn secure(io: ClientIo, _: &Activity, _: &ConnectionConfig) -> Option<Layer> {
    Some(Layer::Plain(io))
}

async fn http1<A: HttpApp>(
    transport: Transport,
    exchanges: HttpAppService<A>,
    supervisor: &mut ConnectionSupervisor,
    closed: oneshot::Receiver<()>,
) {
    let config = Arc::clone(&supervisor.config);
    let rest = exchanges.rest.clone();
    let mut conversation = config
        .http1
        .serve_connection(TokioIo::new(transport), exchanges)
        .with_upgrades();
    match supervisor.run(Pin::new(&mut conversation)).await {
        // What is cut is cut: the client has been slow already.
        End::Cut => {}
        End::Done => match conversation.into_parts() {
            Some(parts) => linger(parts.io.into_inner().into_socket(), &supervisor.activity).await,
            None => match rest.take() {
                // A WebSocket is this connection still, for its limits, its drain and its end.
                Some(rest) => rest.await,
                // Whoever else has the socket now counts as this connection until it lets go.
                None => drop(closed.await),
            },
        },
    }
}

async fn http2<A: HttpApp>(
    transport: Transport,
    exchanges: HttpAppService<A>,
    supervisor: &mut ConnectionSupervisor,
) {
    let config = Arc::clone(&supervisor.config);
    let conversation = config
        .http2
        .serve_connection(TokioIo::new(transport), exchanges);
    supervisor.run(pin!(conversation)).await;
}

impl<A: HttpApp> HyperConnection
    for http1::UpgradeableConnection<TokioIo<Transport>, HttpAppService<A>>
{
    const FAREWELL: Duration = LATECOMER;
    const GOES_ON: bool = true;

    fn finish(self: Pin<&mut Self>) {
        self.graceful_shutdown();
    }
}

impl<A: HttpApp> HyperConnection
    for http2::Connection<TokioIo<Transport>, HttpAppService<A>, StreamTasks>
{
    // The protocol has a word for it: a GOAWAY, and the requests that cross it are served.
    const FAREWELL: Duration = Duration::ZERO;
    const GOES_ON: bool = false;

    fn finish(self: Pin<&mut Self>) {
        self.graceful_shutdown();
    }
}
