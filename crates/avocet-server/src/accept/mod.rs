//! From a listening socket to a connection: the accept loop and the connection limits.

pub(crate) mod accept_backoff;
pub(crate) mod accept_loop;
pub(crate) mod connection_limit;
pub(crate) mod per_address_limit;
