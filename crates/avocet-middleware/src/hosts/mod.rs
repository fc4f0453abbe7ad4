//! The host of a request: which hosts are accepted, and the redirect to HTTPS.

mod patterns;
mod redirect;
mod requested;
mod trusted;

pub use redirect::HttpsRedirect;
pub(crate) use redirect::is_secure;
pub(crate) use requested::requested_host;
pub use trusted::TrustedHosts;
