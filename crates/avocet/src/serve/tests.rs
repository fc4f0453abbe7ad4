//! What clients see: raw sockets against small services.
//!
//! Limits are tiny where one is to be reached and long where not; every wait is for something that can
//! be seen from outside (an answer, the end of the stream, a dropped handler).

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
