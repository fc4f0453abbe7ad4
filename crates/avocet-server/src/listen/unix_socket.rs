//! Unix sockets: existing files at the path, permissions and cleanup.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Listens at `path`; clients need write permission in `mode`.
///
/// A socket without a listener is replaced. Any other file at that path stays, and is an error.
pub(crate) fn listen(
    path: &Path,
    mode: u32,
    keep: &KeepFiles,
) -> io::Result<(UnixListener, SocketFile)> {
    if is_stale(path)? {
        fs::remove_file(path)?;
    }
    let listener = UnixListener::bind(path)?;
    listener.set_nonblocking(true)?;
    fs::set_permissions(path, Permissions::from_mode(mode))?;
    let file = SocketFile {
        identity: identity(path)?,
        path: path.to_owned(),
        keep: keep.clone(),
    };
    Ok((listener, file))
}

/// Checks that a socket can be created at `path`, without creating one.
pub(crate) fn check(path: &Path) -> io::Result<()> {
    if is_stale(path)? {
        return Ok(());
    }
    let folder = path.parent();
    let folder = folder.filter(|folder| !folder.as_os_str().is_empty());
    folder.map_or(Ok(()), |folder| fs::metadata(folder).map(drop))
}

/// Returns whether a socket without a listener exists at `path`; fails if anything else exists there.
fn is_stale(path: &Path) -> io::Result<bool> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
        Ok(metadata) if !metadata.file_type().is_socket() => Err(io::Error::new(
            io::ErrorKind::AlreadyExists,
            "a file that is not a socket exists there",
        )),
        // Only a socket without a listener refuses the connection.
        Ok(_) => match UnixStream::connect(path) {
            Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Err(error),
            _ => Err(io::ErrorKind::AddrInUse.into()),
        },
    }
}

/// The file of a socket; removed when this is dropped, unless another program has replaced it.
#[derive(Debug)]
pub(crate) struct SocketFile {
    path: PathBuf,
    identity: (u64, u64),
    keep: KeepFiles,
}

/// Whether the files are kept because another process has the sockets.
#[derive(Clone, Debug, Default)]
pub(crate) struct KeepFiles(Arc<AtomicBool>);

impl KeepFiles {
    /// Keeps the files.
    #[cfg(feature = "restart")]
    pub(crate) fn keep(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        let stays = self.keep.0.load(Ordering::Relaxed);
        if !stays && identity(&self.path).is_ok_and(|identity| identity == self.identity) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Returns device and inode, which identify the file independently of its name.
fn identity(path: &Path) -> io::Result<(u64, u64)> {
    let metadata = fs::symlink_metadata(path)?;
    Ok((metadata.dev(), metadata.ino()))
}
