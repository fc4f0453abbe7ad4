//! A socket that can be watched while hyper reads and writes it.
//!
//! hyper owns the connection, and does not read on while a handler runs and bytes lie unread behind the request: a
//! second request, a stray line break, an unread body. This module detects then that the client has disconnected.

use std::future::Future;
use std::io::{self, ErrorKind, IoSlice};
use std::net::Shutdown;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
#[cfg(any(test, not(any(target_os = "linux", target_os = "android"))))]
use std::time::Duration;

use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, Interest, ReadBuf, Ready};
use tokio::net::TcpStream;
#[cfg(unix)]
use tokio::net::UnixStream;
#[cfg(any(test, not(any(target_os = "linux", target_os = "android"))))]
use tokio::time::sleep;

/// How a client ended its side of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Left {
    /// It closed its sending side. Whether it still reads can only be detected by writing to it.
    Closed,
    /// It reset the connection.
    Reset,
}

/// A stream of the system that can be shared with a watcher.
#[derive(Debug)]
pub(crate) struct WatchedSocket<S>(Arc<S>);

impl<S: Raw> WatchedSocket<S> {
    pub(crate) fn new(stream: S) -> Self {
        Self(Arc::new(stream))
    }

    /// Returns a second handle to the same stream.
    pub(crate) fn again(&self) -> Self {
        Self(Arc::clone(&self.0))
    }

    /// Returns the stream itself.
    pub(crate) fn stream(&self) -> &S {
        &self.0
    }

    /// Completes when the client closed its sending side or reset the connection.
    pub(crate) fn departure(&self) -> impl Future<Output = Left> + Send + use<S> {
        let stream = Arc::clone(&self.0);
        async move {
            match end(&*stream).await {
                Ok(ready) if ready.is_error() => Left::Reset,
                _ => Left::Closed,
            }
        }
    }

    /// Completes when the connection is reset, also after the client closed its sending side.
    pub(crate) fn reset(&self) -> impl Future<Output = Left> + Send + use<S> {
        let stream = Arc::clone(&self.0);
        async move {
            // An error means that there is no state to wait for.
            let _ = stream.ready(Interest::ERROR).await;
            Left::Reset
        }
    }
}

/// Completes at the end of input, even if bytes before it are unread.
#[cfg(any(target_os = "linux", target_os = "android"))]
async fn end(stream: &impl Raw) -> io::Result<Ready> {
    // The system reports the end of input separately from input. tokio has no interest for it alone, but includes it in that for
    // urgent data, which its sockets do not use.
    stream.ready(Interest::PRIORITY | Interest::ERROR).await
}

/// The same for systems that do not report the end of input separately.
#[cfg(any(test, not(any(target_os = "linux", target_os = "android"))))]
async fn end_by_looking(stream: &impl Raw) -> io::Result<Ready> {
    const PAUSE: Duration = Duration::from_millis(50);
    loop {
        let ready = stream.ready(Interest::READABLE).await?;
        if ready.is_read_closed() {
            return Ok(ready);
        }
        sleep(PAUSE).await;
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
use end_by_looking as end;

/// The methods of tokio's streams through a shared reference; tokio has no common trait for them.
pub(crate) trait Raw: Send + Sync + 'static {
    fn poll_read_ready(&self, context: &mut Context<'_>) -> Poll<io::Result<()>>;
    fn poll_write_ready(&self, context: &mut Context<'_>) -> Poll<io::Result<()>>;
    fn try_read(&self, buffer: &mut ReadBuf<'_>) -> io::Result<usize>;
    fn try_write(&self, bytes: &[u8]) -> io::Result<usize>;
    fn try_write_vectored(&self, slices: &[IoSlice<'_>]) -> io::Result<usize>;
    fn try_io(&self, interest: Interest, io: impl FnOnce() -> io::Result<()>) -> io::Result<()>;
    fn ready(&self, interest: Interest) -> impl Future<Output = io::Result<Ready>> + Send;
    fn shut_down(&self) -> io::Result<()>;
}

macro_rules! raw {
    ($stream:ident) => {
        impl Raw for $stream {
            fn poll_read_ready(&self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
                self.poll_read_ready(context)
            }

            fn poll_write_ready(&self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
                self.poll_write_ready(context)
            }

            fn try_read(&self, buffer: &mut ReadBuf<'_>) -> io::Result<usize> {
                self.try_read_buf(buffer)
            }

            fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
                self.try_write(bytes)
            }

            fn try_write_vectored(&self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
                self.try_write_vectored(slices)
            }

            fn try_io(
                &self,
                interest: Interest,
                io: impl FnOnce() -> io::Result<()>,
            ) -> io::Result<()> {
                self.try_io(interest, io)
            }

            fn ready(&self, interest: Interest) -> impl Future<Output = io::Result<Ready>> + Send {
                self.ready(interest)
            }

            fn shut_down(&self) -> io::Result<()> {
                SockRef::from(self).shutdown(Shutdown::Write)
            }
        }
    };
}

raw!(TcpStream);
#[cfg(unix)]
raw!(UnixStream);

/// The maximum number of bytes that are joined.
const JOINED: usize = 512;

/// Joins several short pieces into one: a small response is a head and a body, and one piece is faster to write than two.
fn join<'a>(slices: &[IoSlice<'_>], room: &'a mut [u8; JOINED]) -> Option<&'a [u8]> {
    let lengths = slices.iter().map(|slice| slice.len());
    let joined = room.get_mut(..lengths.sum())?;
    let mut rest = &mut *joined;
    for slice in slices {
        let (here, beyond) = rest.split_at_mut(slice.len());
        here.copy_from_slice(slice);
        rest = beyond;
    }
    Some(joined)
}

impl<S: Raw> AsyncRead for WatchedSocket<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let stream = &*self.0;
        loop {
            ready!(stream.poll_read_ready(context))?;
            let mut read = Err(ErrorKind::WouldBlock.into());
            let _ = stream.try_io(Interest::READABLE, || {
                read = stream.try_read(buffer);
                match &read {
                    // With epoll, a read of fewer bytes than requested means that the buffer is empty: the next read can wait for
                    // readiness without a useless system call.
                    Ok(1..)
                        if cfg!(any(target_os = "linux", target_os = "android"))
                            && buffer.remaining() > 0 =>
                    {
                        Err(ErrorKind::WouldBlock.into())
                    }
                    _ => Ok(()),
                }
            });
            match read {
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => return Poll::Ready(Err(error)),
                Ok(_) => return Poll::Ready(Ok(())),
            }
        }
    }
}

impl<S: Raw> AsyncWrite for WatchedSocket<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        loop {
            ready!(self.0.poll_write_ready(context))?;
            match self.0.try_write(bytes) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                written => return Poll::Ready(written),
            }
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let mut room = [0; JOINED];
        let joined = join(slices, &mut room);
        loop {
            ready!(self.0.poll_write_ready(context))?;
            let written = match joined {
                Some(bytes) => self.0.try_write(bytes),
                None => self.0.try_write_vectored(slices),
            };
            match written {
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                written => return Poll::Ready(written),
            }
        }
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        // The system's buffer flushes itself.
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(match self.0.shut_down() {
            // The connection is already closed, as requested.
            Err(error) if error.kind() == ErrorKind::NotConnected => Ok(()),
            outcome => outcome,
        })
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncWriteExt;
    use tokio::net::TcpListener;

    use super::*;

    async fn pair() -> (TcpStream, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let client = TcpStream::connect(address).await.expect("it listens");
        let (server, _) = listener.accept().await.expect("a client");
        (client, server)
    }

    #[tokio::test]
    async fn the_end_of_input_is_seen_behind_unread_bytes_and_only_the_end() {
        let (mut client, server) = pair().await;
        client.write_all(b"unread").await.expect("an open socket");
        server.readable().await.expect("an open socket");
        let context = &mut Context::from_waker(std::task::Waker::noop());
        let mut seen = Box::pin(end(&server));
        let mut found = Box::pin(end_by_looking(&server));
        assert!(seen.as_mut().poll(context).is_pending());
        assert!(found.as_mut().poll(context).is_pending());
        drop(client);
        assert!(!seen.await.expect("a state").is_error());
        found.await.expect("a state");
    }

    #[tokio::test]
    async fn a_reset_is_more_than_an_end() {
        let (mut client, server) = pair().await;
        client.write_all(b"unread").await.expect("an open socket");
        client.set_zero_linger().expect("an option of sockets");
        drop(client);
        assert!(end(&server).await.expect("a state").is_error());
    }

    #[tokio::test]
    async fn a_reset_is_seen_behind_the_end_of_input() {
        let (mut client, server) = pair().await;
        let server = WatchedSocket::new(server);
        client.shutdown().await.expect("an open socket");
        assert_eq!(server.departure().await, Left::Closed);
        let context = &mut Context::from_waker(std::task::Waker::noop());
        let mut reset = Box::pin(server.reset());
        assert!(reset.as_mut().poll(context).is_pending());
        drop(client);
        server.stream().try_write(b"x").expect("an open socket");
        assert_eq!(reset.await, Left::Reset);
    }
}
