//! The server from the client's side: raw sockets against small services.
//!
//! Limits are tiny if a test reaches them and long otherwise; every wait is for an event that is
//! visible from outside (a response, the end of the stream, a dropped handler).

mod harness;

mod body_elsewhere;
mod clients;
mod draining;
mod half_close;
mod heads;
mod http1;
mod http2;
mod last_responses;
mod limits;
mod listening;
mod slow_readers;
#[cfg(feature = "tls")]
mod tls;
