//! Serves a built application with the server.

use std::io;
use std::pin::pin;
use std::sync::Arc;

use avocet_server::{ClientBody, ConnectionInfo, HttpApp, Observer, Server, ServerRejection};
use http::Request;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::time::Instant;

use super::{Result, Service, ServiceFuture};
use crate::extract::ReceivedBody;
use crate::observe::Metrics;
use crate::report::RejectionReason;
use crate::response::{HttpError, Response, ResponseBody};
use crate::serve::{Shutdown, ShutdownReport};

/// Serves with the configuration of `server` until shutdown.
pub(crate) async fn run(server: Server, service: Service) -> Result<()> {
    if server.configured_limits().is_some() {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "the limits of an application are set with `App::limits`, not with `Server::limits`",
        )
        .into());
    }
    let access_log = service.access_log();
    let drain_time = service.limits().server.drain_time;
    // A start may take minutes; an address in use is reported before it.
    server.check().await?;
    let started = service.start().await?;
    let notice = DrainNotice::default();
    let server = configured(server, &service).observer(notice.clone());
    let mut serving = pin!(server.serve_app(service));
    let drain = started.drain();
    let draining = async {
        notice.0.notified().await;
        let deadline = Instant::now() + drain_time;
        drain.await;
        deadline
    };
    let mut draining = Box::pin(draining);
    let mut deadline = None;
    let report = loop {
        tokio::select! {
            report = &mut serving => break report,
            at = &mut draining, if deadline.is_none() => deadline = Some(at),
        }
    };
    drop(draining);
    started.stop(deadline.unwrap_or_else(Instant::now)).await;
    access_log.finish().await;
    report?;
    Ok(())
}

/// Notifies the components that the server drains.
#[derive(Clone, Default)]
struct DrainNotice(Arc<Notify>);

impl Observer for DrainNotice {
    fn drain_started(&self) {
        self.0.notify_one();
    }
}

/// Adds the configuration of an application to its server.
fn configured(server: Server, service: &Service) -> Server {
    let server = server
        .limits(service.limits().server.clone())
        .name(service.name());
    let server = match service.pre_stop_delay() {
        delay if delay.is_zero() => server,
        delay => server.pre_stop_delay(delay),
    };
    match service.metrics() {
        Some(metrics) => server.observer(metrics.clone()),
        None => server,
    }
}

impl Service {
    /// Serves on an existing listener until `shutdown`; then requests in flight finish within the
    /// drain deadline.
    ///
    /// # Errors
    /// If a limit is out of range.
    ///
    /// ```
    /// use avocet::serve::Shutdown;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> avocet::Result<()> {
    /// let service = avocet::App::new("Nothing", "1.0.0").build()?;
    /// let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    /// service.serve_on(listener, Shutdown::when(async {})).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn serve_on(
        self,
        listener: TcpListener,
        shutdown: Shutdown,
    ) -> io::Result<ShutdownReport> {
        let access_log = self.access_log();
        let server = configured(Server::new().until(shutdown), &self);
        let report = server.serve_app_on(listener, self).await?;
        access_log.finish().await;
        Ok(report)
    }
}

impl HttpApp for Service {
    type Body = ResponseBody;
    type ResponseFuture = ServiceFuture;

    fn handle(&self, request: Request<ClientBody>, info: &ConnectionInfo) -> ServiceFuture {
        let (parts, body) = request.into_parts();
        self.begin(parts, ReceivedBody::new(body), Some(info.clone()))
    }

    fn reject(&self, rejection: &ServerRejection) -> Option<Response> {
        let error = HttpError::new(rejection.status(), rejection.detail().clone());
        Some(error.into_response(self.error_format()))
    }
}

impl Observer for Metrics {
    fn connection_opened(&self) {
        self.connection_opens();
    }

    fn connection_closed(&self) {
        self.connection_closes();
    }

    fn limit_reached(&self, limit: &'static str) {
        self.limit_hit(limit);
    }

    fn request_rejected(&self, reason: avocet_server::RejectionReason) {
        self.rejected(match reason {
            avocet_server::RejectionReason::Malformed => RejectionReason::Malformed,
            avocet_server::RejectionReason::TargetTooLong => RejectionReason::TargetTooLong,
            avocet_server::RejectionReason::HeadTooLarge => RejectionReason::HeadTooLarge,
            avocet_server::RejectionReason::BodyTooLarge => RejectionReason::TooLarge,
            _ => RejectionReason::Other,
        });
    }
}
