//! The resources that the process holds.

use std::fs::read_dir;
use std::path::{Path, PathBuf};

use tokio::runtime::Handle;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Leftovers {
    pub(super) tasks: usize,
    /// The targets of the open file descriptors, sorted; empty if the system does not list them.
    pub(super) files: Vec<String>,
}

impl Leftovers {
    pub(super) fn count() -> Self {
        let mut files: Vec<_> = descriptors().map(|path| kind(&path)).collect();
        files.sort();
        Self {
            tasks: Handle::current().metrics().num_alive_tasks(),
            files,
        }
    }
}

/// Returns the number of open temporary files of uploads.
pub(super) fn open_uploads() -> usize {
    let is_upload = |path: &PathBuf| path.to_string_lossy().contains("avocet-upload-");
    descriptors().filter(is_upload).count()
}

fn descriptors() -> impl Iterator<Item = PathBuf> {
    let entries = read_dir("/proc/self/fd").into_iter().flatten().flatten();
    entries.filter_map(|entry| std::fs::read_link(entry.path()).ok())
}

/// Returns the path without the number that distinguishes sockets.
fn kind(path: &Path) -> String {
    let text = path.to_string_lossy().into_owned();
    match text.split_once(":[") {
        Some((kind, _)) => kind.to_owned(),
        None => text,
    }
}
