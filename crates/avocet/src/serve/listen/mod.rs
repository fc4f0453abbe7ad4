//! Sources of connections: addresses, listening sockets, sockets inherited from a service manager or the old process.

pub(in crate::serve) mod address;
pub(in crate::serve) mod bind;
#[cfg(unix)]
pub(in crate::serve) mod inherited;
pub(in crate::serve) mod listener;
#[cfg(unix)]
pub(in crate::serve) mod open_files;
#[cfg(all(unix, feature = "restart"))]
pub(in crate::serve) mod restart;
pub(in crate::serve) mod socket;
pub(in crate::serve) mod sockets;
#[cfg(unix)]
pub(in crate::serve) mod unix_socket;
