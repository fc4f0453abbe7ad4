//! Closes a socket without losing the last response.

use std::time::Duration;

use tokio::io::AsyncReadExt;

use crate::connection::activity::Activity;
use crate::listen::socket::Socket;

/// How long the client has to read the response before the socket is closed.
const PATIENCE: Duration = Duration::from_secs(2);

/// Reads and discards further bytes from the client.
///
/// A system that closes a socket with unread bytes in it resets the connection, and a client that is
/// reset discards unread input, such as the `413` or `431` that explains the close.
pub(crate) async fn linger(mut socket: Socket, activity: &Activity) {
    let unread = matches!(socket.try_read(&mut [0]), Ok(1..));
    if unread || activity.unread().is_expected() {
        // On the heap: an array here would be part of every connection from its first byte.
        let mut scrap = vec![0; 4096];
        let forget = async { while matches!(socket.read(&mut scrap).await, Ok(1..)) {} };
        let _ = tokio::time::timeout(PATIENCE, forget).await;
    }
}
