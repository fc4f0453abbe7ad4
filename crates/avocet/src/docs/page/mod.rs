//! The docs page: Swagger UI, embedded, without a request to another host.
//!
//! - `shell`: the page, its script and its style, and the page to which a login leads back.
//! - `asset`: the served files of Swagger UI.
//! - `archive`, `gzip`, `accept`: the source of those files, their compression, and which clients accept it.

mod shell;

mod asset;

mod accept;
mod archive;
mod gzip;

use super::DocsLogin;
use crate::route::Route;

/// Returns the routes of the page of a document of the application, below its prefix.
pub(super) fn routes(index: usize, prefix: &str, login: &DocsLogin) -> impl Iterator<Item = Route> {
    let page = shell::routes(index, prefix, login);
    page.into_iter().chain(asset::routes(prefix))
}
