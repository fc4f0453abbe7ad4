//! The upload route.

use std::fmt::Write;

use avocet::prelude::*;
use sha2::{Digest, Sha256};
use tokio::io::AsyncReadExt;

use crate::Stats;

#[model(output)]
pub(crate) struct Received {
    files: Vec<Description>,
}

/// A file that arrived.
#[model(output)]
pub(crate) struct Description {
    /// Its name, as the client sent it.
    name: String,
    /// In bytes.
    size: u64,
    /// Of its content, in hexadecimal.
    sha256: String,
}

/// Take files, and describe them.
///
/// The response has the size and the SHA-256 of each file, in the order in which they were sent.
#[post("/upload", tag = "uploads", body_limit = 67_108_864)]
pub(crate) async fn upload(
    #[file(alias = "file", min_items = 1)] files: Vec<Upload>,
    #[state] stats: Stats,
) -> Result<Received, HttpError> {
    let work = stats.work();
    let mut descriptions = Vec::with_capacity(files.len());
    for file in files {
        descriptions.push(describe(file).await?);
    }
    work.done();
    Ok(Received {
        files: descriptions,
    })
}

async fn describe(file: Upload) -> std::io::Result<Description> {
    let (name, size) = (file.raw_file_name().to_owned(), file.size());
    let mut content = file.reader();
    let mut digest = Sha256::new();
    let mut chunk = vec![0; 64 * 1024];
    loop {
        let read = content.read(&mut chunk).await?;
        if read == 0 {
            break;
        }
        digest.update(&chunk[..read]);
    }
    let mut sha256 = String::with_capacity(64);
    for byte in digest.finalize() {
        // Writing to a string never fails.
        let _ = write!(sha256, "{byte:02x}");
    }
    Ok(Description { name, size, sha256 })
}
