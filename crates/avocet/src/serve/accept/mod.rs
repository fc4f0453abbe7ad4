//! From a listening socket to a connection: the accept loop and the connection limits.

pub(in crate::serve) mod accept_backoff;
pub(in crate::serve) mod accept_loop;
pub(in crate::serve) mod connection_limit;
pub(in crate::serve) mod per_address_limit;
