//! The task of one connection, from the first byte to the last.

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::{http1, http2};
use hyper_util::rt::TokioIo;
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};

use crate::connection::activity::Activity;
use crate::connection::connection_config::{ConnectionConfig, StreamTasks};
use crate::connection::protocol::Protocol;
use crate::connection::supervisor::{ConnectionSupervisor, End, HyperConnection};
use crate::exchange::client_address::ClientAddress;
use crate::exchange::connection_info::ConnectionInfo;
use crate::exchange::http_app::{HttpApp, HttpAppService};
use crate::exchange::shared_slot::SharedSlot;
use crate::io::client_io::ClientIo;
use crate::io::linger::linger;
use crate::io::transport::{Layer, Transport};
use crate::listen::socket::Socket;
use crate::shutdown::ShutdownSignal;

/// How long an HTTP/1 connection without a request is kept after the shutdown signal. A request may be on its way, or received
/// and not yet parsed, and should not be lost; its response is the last one.
const LATECOMER: Duration = Duration::from_millis(500);

/// Serves one client until either side ends the connection.
pub(crate) async fn connection<A: HttpApp>(
    socket: Socket,
    peer: ClientAddress,
    app: A,
    config: Arc<ConnectionConfig>,
    mut draining: ShutdownSignal,
) {
    let _open = config.connection();
    let activity = Activity::new();
    let departure = socket.departure();
    let watched_socket = socket.again();
    // Dropped last, however the connection ends.
    let _parting = Parting {
        socket: socket.again(),
        activity: Arc::clone(&activity),
    };
    let (io, closed) = ClientIo::new(socket, Arc::clone(&activity));
    // Each phase is on the heap and is freed when it is over: inside the connection's own future, all of them and the moves between
    // them would use memory for as long as the connection lives.
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
        connection_info,
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

/// The end of a connection: a client that reads no bytes is reset.
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

/// Everything before the first request: the TLS handshake, if any, and the detection of the protocol.
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

/// Detects the protocol, under the time limit for the head of a request.
async fn detect(
    transport: &mut Transport,
    activity: &Arc<Activity>,
    config: &ConnectionConfig,
) -> Option<Protocol> {
    let detected = transport.detect(activity, &config.limits);
    match timeout(config.limits.header_time, detected).await {
        Ok(Ok(protocol)) => protocol,
        Ok(Err(error)) => {
            tracing::debug!(%error, "the client disconnected before its first request");
            None
        }
        Err(_) => {
            tracing::debug!("the client sent no request in time");
            config.limit_hit("header_time");
            None
        }
    }
}

/// Performs the TLS handshake on connections that are encrypted, under its own time limit.
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
            tracing::debug!("the TLS handshake timed out");
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
        // The connection is closed at once: the client has already been slow.
        End::Cut => {}
        End::Done => match conversation.into_parts() {
            Some(parts) => linger(parts.io.into_inner().into_socket(), &supervisor.activity).await,
            None => match rest.take() {
                // A WebSocket is still this connection, for its limits, its drain and its end.
                Some(rest) => rest.await,
                // The new owner of the socket counts as this connection until it drops the socket.
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
    // HTTP/2 has GOAWAY for this, and the requests that cross it are served.
    const FAREWELL: Duration = Duration::ZERO;
    const GOES_ON: bool = false;

    fn finish(self: Pin<&mut Self>) {
        self.graceful_shutdown();
    }
}
