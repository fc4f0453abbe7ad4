//! The threads that use the file: one writes, some read. Async threads only wait for their replies.

use std::fmt;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::oneshot;

use super::fault::Fault;
use crate::error::Error;

/// The most writes of one transaction: those that waited while the previous one was committed.
const GROUP: usize = 128;

/// A bounded queue of jobs.
pub(crate) struct Queue<J> {
    jobs: SyncSender<J>,
    name: &'static str,
    limit: usize,
}

pub(crate) type Read = Box<dyn FnOnce(&Connection) + Send>;
pub(crate) type Write = Box<dyn WriteJob>;

impl<J> fmt::Debug for Queue<J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Queue({}, {})", self.name, self.limit)
    }
}

impl<J> Queue<J> {
    fn new(name: &'static str, limit: usize) -> (Self, Receiver<J>) {
        let (jobs, receiver) = sync_channel(limit);
        (Self { jobs, name, limit }, receiver)
    }

    fn push(&self, job: J) -> Result<(), Error> {
        self.jobs.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => Error::Busy {
                queue: self.name,
                limit: self.limit,
            },
            TrySendError::Disconnected(_) => Error::Closed,
        })
    }
}

impl Queue<Read> {
    /// Starts a thread for each connection.
    pub(crate) fn readers(limit: usize, connections: Vec<Connection>) -> Result<Self, Error> {
        let (queue, receiver) = Self::new("read", limit);
        let receiver = Arc::new(Mutex::new(receiver));
        for connection in connections {
            let receiver = receiver.clone();
            let next = move || {
                let receiver: &Mutex<Receiver<Read>> = &receiver;
                let receiver = receiver.lock().unwrap_or_else(PoisonError::into_inner);
                receiver.recv().ok()
            };
            start("avocet-store-read", move || {
                while let Some(job) = next() {
                    job(&connection);
                }
            })?;
        }
        Ok(queue)
    }

    /// Runs a function on the connection of a reader.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Error> {
        let (reply, result) = oneshot::channel();
        self.push(Box::new(move |connection| {
            if !reply.is_closed() {
                let _ = reply.send(read(connection).map_err(Error::from));
            }
        }))?;
        result.await.unwrap_or(Err(Error::Closed))
    }
}

impl Queue<Write> {
    /// Starts the thread that writes.
    pub(crate) fn writer(limit: usize, mut connection: Connection) -> Result<Self, Error> {
        let (queue, receiver) = Self::new("write", limit);
        start("avocet-store-write", move || {
            while let Ok(first) = receiver.recv() {
                let mut jobs = vec![first];
                jobs.extend(receiver.try_iter().take(GROUP - 1));
                let result = run_group(&mut connection, &mut jobs).map_err(Arc::new);
                for job in jobs {
                    job.finish(result.clone());
                }
            }
        })?;
        Ok(queue)
    }

    /// Runs a function in a transaction of the writer. After the commit, and before the caller has its result, `committed` runs.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        write: impl FnOnce(&Connection) -> Result<T, Fault> + Send + 'static,
        committed: impl FnOnce() + Send + 'static,
    ) -> Result<T, Error> {
        let (reply, result) = oneshot::channel();
        self.push(Box::new(Job {
            write: Some(write),
            committed,
            result: None,
            reply,
        }))?;
        result.await.unwrap_or(Err(Error::Closed))
    }
}

fn start(name: &str, run: impl FnOnce() + Send + 'static) -> Result<(), Error> {
    let thread = thread::Builder::new().name(name.to_owned());
    match thread.spawn(run) {
        Ok(_) => Ok(()),
        Err(error) => Err(Error::backend("start a thread", error)),
    }
}

/// Runs jobs in one transaction. Each has a savepoint, so one that fails leaves no trace and does not disturb the others.
fn run_group(connection: &mut Connection, jobs: &mut [Write]) -> Result<(), rusqlite::Error> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for job in jobs {
        transaction.prepare_cached("SAVEPOINT job")?.execute([])?;
        let keep = job.run(&transaction);
        // A full disk, for example, ends the whole transaction; a job after that would run in a separate transaction.
        if transaction.is_autocommit() {
            return Err(job
                .take_sql_error()
                .unwrap_or(rusqlite::Error::InvalidQuery));
        }
        if !keep {
            transaction.prepare_cached("ROLLBACK TO job")?.execute([])?;
        }
        transaction.prepare_cached("RELEASE job")?.execute([])?;
    }
    transaction.commit()
}

pub(crate) trait WriteJob: Send {
    /// Runs in the transaction. Returns whether its changes are kept.
    fn run(&mut self, connection: &Connection) -> bool;

    /// Returns the error of `SQLite` that it had.
    fn take_sql_error(&mut self) -> Option<rusqlite::Error>;

    /// Sends the reply.
    fn finish(self: Box<Self>, committed: Result<(), Arc<rusqlite::Error>>);
}

struct Job<F, C, T> {
    write: Option<F>,
    committed: C,
    result: Option<Result<T, Fault>>,
    reply: oneshot::Sender<Result<T, Error>>,
}

impl<F, C, T> WriteJob for Job<F, C, T>
where
    F: FnOnce(&Connection) -> Result<T, Fault> + Send,
    C: FnOnce() + Send,
    T: Send,
{
    fn run(&mut self, connection: &Connection) -> bool {
        // A caller that has left before its turn needs no write.
        if self.reply.is_closed() {
            return false;
        }
        self.result = self.write.take().map(|write| write(connection));
        matches!(self.result, Some(Ok(_)))
    }

    fn take_sql_error(&mut self) -> Option<rusqlite::Error> {
        match self.result.take() {
            Some(Err(Fault::Sql(error))) => Some(error),
            _ => None,
        }
    }

    fn finish(self: Box<Self>, committed: Result<(), Arc<rusqlite::Error>>) {
        let result = match (self.result, committed) {
            // Its result may depend on writes of the group, none of which was done.
            (_, Err(error)) => Err(Error::backend("write to the SQLite file", error)),
            (Some(result), Ok(())) => result.map_err(Error::from),
            (None, Ok(())) => return,
        };
        if result.is_ok() {
            (self.committed)();
        }
        let _ = self.reply.send(result);
    }
}
