//! The docs page: Swagger UI, embedded, without a request to another host.
//!
//! - `shell`: the page, its script and its style.
//! - `asset`: the files of Swagger UI as they are served.
//! - `archive`, `gzip`, `accept`: where those files come from, how they are packed, and who takes them packed.

mod shell;

mod asset;

mod accept;
mod archive;
mod gzip;

use crate::operation::Route;

pub(super) fn routes() -> impl Iterator<Item = Route> {
    shell::routes().into_iter().chain(asset::routes())
}
