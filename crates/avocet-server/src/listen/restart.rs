//! Restart: a new process takes over the listening sockets, and the old one finishes its requests.
//!
//! For the new process this works as under systemd: it finds the sockets in `LISTEN_FDS`, and reports to `NOTIFY_SOCKET`
//! when it listens. Only then does the old one stop, so a program that fails to start changes nothing, and as both have
//! the same sockets there is always a listener.

use std::ffi::OsString;
use std::fs::DirBuilder;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::DirBuilderExt;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus};
use std::time::Duration;

use command_fds::{CommandFdExt, FdMapping};
use tokio::net::UnixDatagram;
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::{Instant, sleep};

use crate::listen::listener::Bound;
use crate::listen::unix_socket::KeepFiles;
use crate::shutdown::Shutdown;

/// How long the new process has to report that it listens.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often the new process is checked meanwhile.
const LOOK: Duration = Duration::from_millis(50);
/// The first file descriptor after the standard ones.
const FIRST: i32 = 3;

/// Stops the server once a new process, started on SIGUSR2, has its sockets.
pub(crate) fn on_signal(sockets: &[Bound], files: KeepFiles) -> io::Result<Shutdown> {
    let sockets = sockets
        .iter()
        .map(|socket| match socket {
            Bound::Tcp(listener) => listener.as_fd().try_clone_to_owned(),
            Bound::Unix(listener, _) => listener.as_fd().try_clone_to_owned(),
        })
        .collect::<io::Result<Vec<_>>>()?;
    let mut asked = signal(SignalKind::user_defined2())?;
    Ok(Shutdown::handed_over(async move {
        while asked.recv().await.is_some() {
            match hand_over(&sockets).await {
                Ok(process) => {
                    tracing::info!(process, "a new process has taken over");
                    // The socket files now belong to the new process.
                    files.keep();
                    return;
                }
                Err(error) => {
                    crate::report::trouble(&error, "the restart failed; this process continues");
                }
            }
        }
        std::future::pending::<()>().await;
    }))
}

/// Starts the program anew with these sockets, and waits until it listens.
async fn hand_over(sockets: &[OwnedFd]) -> io::Result<u32> {
    let folder = TemporaryFolder::new()?;
    let ready = UnixDatagram::bind(folder.socket())?;
    let mut successor = Successor(Some(start(sockets, &folder)?));
    let deadline = Instant::now() + PATIENCE;
    loop {
        let mut message = [0; 256];
        tokio::select! {
            length = ready.recv(&mut message) => {
                if message[..length?].split(|byte| *byte == b'\n').any(|line| line == b"READY=1") {
                    return Ok(successor.lives());
                }
            }
            () = sleep(LOOK) => {
                if let Some(status) = successor.status()? {
                    return Err(ended(status));
                }
                if Instant::now() >= deadline {
                    return Err(io::Error::new(io::ErrorKind::TimedOut, "the new process did not listen in time"));
                }
            }
        }
    }
}

fn start(sockets: &[OwnedFd], folder: &TemporaryFolder) -> io::Result<Child> {
    let mut arguments = std::env::args_os();
    // Use the name that this process was started with: it refers to the new version of the program.
    let program = arguments.next().unwrap_or_default();
    let mappings = (FIRST..).zip(sockets).map(|(child_fd, socket)| {
        let parent_fd = socket.try_clone()?;
        Ok(FdMapping {
            parent_fd,
            child_fd,
        })
    });
    let mut command = Command::new(program);
    command
        .args(arguments)
        .env("LISTEN_FDS", OsString::from(sockets.len().to_string()))
        .env_remove("LISTEN_PID")
        .env_remove("LISTEN_FDNAMES")
        .env_remove("LISTEN_FDS_FIRST_FD")
        .env("NOTIFY_SOCKET", folder.socket())
        .fd_mappings(mappings.collect::<io::Result<_>>()?)
        .map_err(io::Error::other)?;
    command.spawn()
}

fn ended(status: ExitStatus) -> io::Error {
    io::Error::other(format!(
        "the new process ended before it listened: {status}"
    ))
}

/// A new process that has not reported yet that it listens. It is killed when this is dropped, on an error as well as on a shutdown
/// signal to this process: two serving processes, one of them unknown to the operator, are worse than a failed restart.
struct Successor(Option<Child>);

impl Successor {
    fn status(&mut self) -> io::Result<Option<ExitStatus>> {
        self.0.as_mut().map_or(Ok(None), Child::try_wait)
    }

    /// Detaches the process; returns its id.
    fn lives(mut self) -> u32 {
        self.0.take().map_or(0, |child| child.id())
    }
}

impl Drop for Successor {
    fn drop(&mut self) {
        if let Some(child) = &mut self.0 {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// A folder that only this user can write to, for the socket on which the new process reports that it listens.
struct TemporaryFolder(PathBuf);

impl TemporaryFolder {
    fn new() -> io::Result<Self> {
        let process = std::process::id();
        let mut attempt = 0;
        loop {
            let path = std::env::temp_dir().join(format!("avocet-restart-{process}-{attempt}"));
            match DirBuilder::new().mode(0o700).create(&path) {
                Ok(()) => return Ok(Self(path)),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && attempt < 100 => {
                    attempt += 1;
                }
                Err(error) => return Err(error),
            }
        }
    }

    fn socket(&self) -> PathBuf {
        self.0.join("ready")
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sleeper() -> Child {
        let mut command = Command::new("sleep");
        command.arg("3600").spawn().expect("it starts")
    }

    fn lives(process: u32) -> bool {
        let status = Command::new("kill")
            .args(["-0", &process.to_string()])
            .stderr(std::process::Stdio::null())
            .status();
        status.expect("kill runs").success()
    }

    #[test]
    fn a_process_that_did_not_take_over_ends() {
        let child = sleeper();
        let process = child.id();
        drop(Successor(Some(child)));
        assert!(!lives(process));
    }

    #[test]
    fn one_that_did_lives_on() {
        let process = Successor(Some(sleeper())).lives();
        assert!(lives(process));
        let status = Command::new("kill").arg(process.to_string()).status();
        assert!(status.expect("kill runs").success());
    }
}
