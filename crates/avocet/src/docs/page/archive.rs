//! The archive of Swagger UI: a zip of its whole source, from which a few files are served.

use rawzip::{CompressionMethod, ZipArchive};
use utoipa_swagger_ui_vendored::SWAGGER_UI_VENDORED;

/// The version of Swagger UI, as in the name of the archive's folder.
pub(super) const VERSION: &str = "5.32.6";

/// A file in the archive.
#[derive(Debug)]
pub(super) struct ArchiveMember {
    /// The bytes as stored in the archive.
    pub(super) data: &'static [u8],
    /// Whether they are raw deflate; otherwise they are the file itself.
    pub(super) deflated: bool,
    /// The checksum of the file.
    pub(super) crc: u32,
    /// The size of the file.
    pub(super) size: u32,
}

/// Returns the file with this name from the published files of Swagger UI. It is looked up in the archive's directory,
/// which takes some microseconds, without copying or decompressing.
pub(super) fn member(name: &str) -> Option<ArchiveMember> {
    // A constant is copied to every place that uses it: this must stay the only one.
    static ARCHIVE: &[u8] = SWAGGER_UI_VENDORED;
    let path = format!("swagger-ui-{VERSION}/dist/{name}");
    let archive = ZipArchive::from_slice(ARCHIVE).ok()?;
    let mut entries = archive.entries();
    while let Some(entry) = entries.next_entry().ok()? {
        if entry.file_path().as_bytes() != path.as_bytes() {
            continue;
        }
        let deflated = match entry.compression_method() {
            CompressionMethod::DEFLATE => true,
            CompressionMethod::STORE => false,
            _ => return None,
        };
        let (start, end) = archive
            .get_entry(entry.wayfinder())
            .ok()?
            .compressed_data_range();
        return Some(ArchiveMember {
            data: ARCHIVE.get(usize::try_from(start).ok()?..usize::try_from(end).ok()?)?,
            deflated,
            crc: entry.crc32(),
            size: u32::try_from(entry.uncompressed_size_hint()).ok()?,
        });
    }
    None
}

#[cfg(test)]
mod tests {
    use super::member;

    #[test]
    fn files_are_found_and_folders_kept_apart() {
        let style = member("swagger-ui.css").expect("it is there");
        assert!(style.deflated && style.data.len() < style.size as usize);
        let icon = member("favicon-32x32.png").expect("it is there");
        assert!(
            !icon.deflated
                && icon.data.starts_with(b"\x89PNG")
                && icon.data.len() == icon.size as usize
        );
        assert!(member("package.json").is_none());
    }
}
