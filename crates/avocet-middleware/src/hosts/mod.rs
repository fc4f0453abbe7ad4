//! The host of a request: which hosts are accepted, which have an application of their own, and the redirect to HTTPS.

mod patterns;
mod redirect;
mod requested;
mod trusted;
mod virtual_host;

pub use redirect::HttpsRedirect;
pub(crate) use redirect::is_secure;
#[cfg(feature = "idempotency")]
pub(crate) use requested::requested_host;
pub use trusted::TrustedHosts;
pub use virtual_host::VirtualHost;
