//! An asynchronous connection, adapted to tungstenite's blocking interface.

use std::io::{self, Read, Write};
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::ReadBuf;
use tungstenite::Error;

use avocet_server::UpgradedIo;

/// A connection for tungstenite: if it is not ready, it registers the waker and returns `WouldBlock`.
pub(crate) struct Stream<'a, 'b> {
    io: &'a mut dyn UpgradedIo,
    context: &'a mut Context<'b>,
    /// Whether the client sent anything.
    pub(super) heard: bool,
    /// Whether the client read anything.
    pub(super) taken: bool,
}

impl<'a, 'b> Stream<'a, 'b> {
    pub(crate) fn new(io: &'a mut dyn UpgradedIo, context: &'a mut Context<'b>) -> Self {
        Self {
            io,
            context,
            heard: false,
            taken: false,
        }
    }
}

impl Read for Stream<'_, '_> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let mut buffer = ReadBuf::new(bytes);
        let read = Pin::new(&mut *self.io).poll_read(self.context, &mut buffer);
        let count = buffer.filled().len();
        self.heard |= count > 0;
        blocking(read).map(|()| count)
    }
}

impl Write for Stream<'_, '_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = blocking(Pin::new(&mut *self.io).poll_write(self.context, bytes))?;
        self.taken |= count > 0;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        blocking(Pin::new(&mut *self.io).poll_flush(self.context))
    }
}

fn blocking<T>(outcome: Poll<io::Result<T>>) -> io::Result<T> {
    match outcome {
        Poll::Ready(outcome) => outcome,
        Poll::Pending => Err(io::ErrorKind::WouldBlock.into()),
    }
}

/// Returns whether the protocol has to wait for the connection.
pub(crate) fn would_block(error: &Error) -> bool {
    matches!(error, Error::Io(error) if error.kind() == io::ErrorKind::WouldBlock)
}
