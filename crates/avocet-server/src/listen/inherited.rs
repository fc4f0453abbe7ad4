//! Listening sockets that the process inherited.
//!
//! This is systemd's protocol: `LISTEN_FDS` is the number of sockets, from file descriptor 3 on, and `LISTEN_PID`, if
//! set, is the process that they are for.

use std::io;

use listenfd::ListenFd;

use crate::listen::listener::Bound;

/// Returns the inherited sockets, if any. Only the first call returns them.
pub(crate) fn inherited() -> io::Result<Vec<Bound>> {
    let mut given = ListenFd::from_env();
    (0..given.len())
        .map(|index| take(&mut given, index))
        .collect()
}

fn take(given: &mut ListenFd, index: usize) -> io::Result<Bound> {
    if let Ok(Some(listener)) = given.take_tcp_listener(index) {
        listener.set_nonblocking(true)?;
        return Ok(Bound::Tcp(listener));
    }
    match given.take_unix_listener(index) {
        Ok(Some(listener)) => {
            listener.set_nonblocking(true)?;
            Ok(Bound::Unix(listener, None))
        }
        _ => Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            format!(
                "`LISTEN_FDS` gives this process file descriptor {}, which is not a listening TCP or Unix socket",
                3 + index
            ),
        )),
    }
}
