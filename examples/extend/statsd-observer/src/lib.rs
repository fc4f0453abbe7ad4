//! What happens on the connections of a server, as datagrams for `StatsD`.
//!
//! A datagram that cannot be sent is lost: a server must not wait for its metrics.

use std::io;
use std::net::{ToSocketAddrs, UdpSocket};

use avocet_server::{Observer, RejectionReason};

/// Sends a datagram for each event.
#[derive(Debug)]
pub struct Statsd {
    socket: UdpSocket,
    prefix: String,
}

impl Statsd {
    /// Creates an observer that sends to an address; each metric begins with the prefix.
    ///
    /// # Errors
    /// If no socket can be opened.
    ///
    /// ```
    /// use avocet_server::Server;
    /// use statsd_observer::Statsd;
    ///
    /// # fn main() -> std::io::Result<()> {
    /// let server = Server::new().observer(Statsd::to("127.0.0.1:8125", "shop")?);
    /// # Ok(())
    /// # }
    /// ```
    pub fn to(address: impl ToSocketAddrs, prefix: impl Into<String>) -> io::Result<Self> {
        let socket = UdpSocket::bind("0.0.0.0:0")?;
        socket.connect(address)?;
        socket.set_nonblocking(true)?;
        Ok(Self {
            socket,
            prefix: prefix.into(),
        })
    }

    fn send(&self, metric: &str, value: &str) {
        let text = format!("{}.{metric}:{value}", self.prefix);
        let _ = self.socket.send(text.as_bytes());
    }
}

impl Observer for Statsd {
    fn connection_opened(&self) {
        self.send("connections", "+1|g");
    }

    fn connection_closed(&self) {
        self.send("connections", "-1|g");
    }

    fn limit_reached(&self, limit: &'static str) {
        self.send(&format!("limits.{limit}"), "1|c");
    }

    fn request_rejected(&self, reason: RejectionReason) {
        let reason = match reason {
            RejectionReason::Malformed => "malformed",
            RejectionReason::TargetTooLong => "target_too_long",
            RejectionReason::HeadTooLarge => "head_too_large",
            RejectionReason::BodyTooLarge => "body_too_large",
            _ => "other",
        };
        self.send(&format!("rejected.{reason}"), "1|c");
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::future::{Ready, ready};
    use std::task::{Context, Poll};
    use std::time::Duration;

    use avocet_server::{ClientBody, Server, Shutdown, TowerApp};
    use http::{Request, Response};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    #[derive(Clone)]
    struct Hello;

    impl tower_service::Service<Request<ClientBody>> for Hello {
        type Response = Response<String>;
        type Error = Infallible;
        type Future = Ready<Result<Response<String>, Infallible>>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
            Poll::Ready(Ok(()))
        }

        fn call(&mut self, _: Request<ClientBody>) -> Self::Future {
            ready(Ok(Response::new("hello".to_owned())))
        }
    }

    #[tokio::test]
    async fn connections_and_rejections_arrive() {
        let metrics = UdpSocket::bind("127.0.0.1:0").expect("a socket");
        let timeout = Some(Duration::from_secs(10));
        metrics.set_read_timeout(timeout).expect("a time-out");
        let statsd = Statsd::to(metrics.local_addr().expect("an address"), "shop");
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
        let listener = listener.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let server = Server::new()
            .observer(statsd.expect("a socket"))
            .until(Shutdown::when(async { drop(stopped.await) }));
        let serving = tokio::spawn(server.serve_app_on(listener, TowerApp::new(Hello)));

        let mut client = tokio::net::TcpStream::connect(address)
            .await
            .expect("it listens");
        let request = b"GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n";
        client.write_all(request).await.expect("an open socket");
        let mut response = String::new();
        client.read_to_string(&mut response).await.expect("text");
        assert!(response.starts_with("HTTP/1.1 400 "), "{response}");
        drop(stop);
        serving.await.expect("no panic").expect("no error");

        let seen: Vec<_> = (0..3).map(|_| received(&metrics)).collect();
        assert_eq!(
            seen,
            [
                "shop.connections:+1|g",
                "shop.rejected.malformed:1|c",
                "shop.connections:-1|g"
            ]
        );
    }

    fn received(metrics: &UdpSocket) -> String {
        let mut bytes = [0; 256];
        let length = metrics.recv(&mut bytes).expect("a datagram");
        String::from_utf8_lossy(&bytes[..length]).into_owned()
    }
}
