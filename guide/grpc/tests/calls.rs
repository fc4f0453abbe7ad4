//! Calls of a client of tonic, over HTTP/2 without TLS.

use std::net::SocketAddr;

use avocet::serve::{Shutdown, ShutdownReport};
use grpc_with_avocet::app;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tonic::Code;
use tonic::transport::{Channel, Endpoint};
use tonic_health::ServingStatus;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus as Sent;
use tonic_health::pb::health_client::HealthClient;
use tonic_health::server::HealthReporter;

struct Served {
    address: SocketAddr,
    reporter: HealthReporter,
    stop: oneshot::Sender<()>,
    task: JoinHandle<std::io::Result<ShutdownReport>>,
}

impl Served {
    async fn start() -> Self {
        let (reporter, health) = tonic_health::server::health_reporter();
        let service = app(health).build().expect("it builds");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = Shutdown::when(async { drop(stopped.await) });
        let task = tokio::spawn(service.serve_on(listener, shutdown));
        Self {
            address,
            reporter,
            stop,
            task,
        }
    }

    async fn client(&self) -> HealthClient<Channel> {
        let endpoint = Endpoint::from_shared(format!("http://{}", self.address));
        let channel = endpoint.expect("an address").connect().await;
        HealthClient::new(channel.expect("a connection"))
    }
}

fn of(service: &str) -> HealthCheckRequest {
    HealthCheckRequest {
        service: service.to_owned(),
    }
}

#[tokio::test]
async fn a_call_and_its_status_arrive() {
    let served = Served::start().await;
    let mut client = served.client().await;
    let response = client.check(of("")).await.expect("a response");
    assert_eq!(response.into_inner().status(), Sent::Serving);
    let status = client
        .check(of("unknown"))
        .await
        .expect_err("no such service");
    assert_eq!(status.code(), Code::NotFound);
}

#[tokio::test]
async fn a_stream_follows_the_service() {
    let served = Served::start().await;
    let mut client = served.client().await;
    served
        .reporter
        .set_service_status("models", ServingStatus::NotServing)
        .await;
    let stream = client.watch(of("models")).await.expect("a stream");
    let mut stream = stream.into_inner();
    let first = stream
        .message()
        .await
        .expect("a message")
        .expect("a status");
    assert_eq!(first.status(), Sent::NotServing);
    served
        .reporter
        .set_service_status("models", ServingStatus::Serving)
        .await;
    let second = stream
        .message()
        .await
        .expect("a message")
        .expect("a status");
    assert_eq!(second.status(), Sent::Serving);
    drop((stream, client));
    drop(served.stop);
    let report = served.task.await.expect("no panic").expect("it served");
    assert_eq!(report.cut, 0);
}

#[tokio::test]
async fn typed_routes_are_on_the_same_port() {
    let served = Served::start().await;
    let mut socket = TcpStream::connect(served.address)
        .await
        .expect("it listens");
    let request = "GET /hello/ann HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    socket
        .write_all(request.as_bytes())
        .await
        .expect("it sends");
    let mut response = String::new();
    socket.read_to_string(&mut response).await.expect("text");
    assert!(response.starts_with("HTTP/1.1 200 OK\r\n"), "{response}");
    assert!(response.ends_with("\"Hello, ann!\""), "{response}");
}
