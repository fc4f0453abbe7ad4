//! Sources of connections: addresses, listening sockets, sockets inherited from a service manager or the old process.

pub(crate) mod address;
pub(crate) mod bind;
#[cfg(unix)]
pub(crate) mod inherited;
pub(crate) mod listener;
#[cfg(unix)]
pub(crate) mod open_files;
#[cfg(all(unix, feature = "restart"))]
pub(crate) mod restart;
pub(crate) mod socket;
pub(crate) mod sockets;
#[cfg(unix)]
pub(crate) mod unix_socket;
