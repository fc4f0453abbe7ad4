//! Converts raw deflate, as stored in zip archives, to gzip for HTTP (RFC 1952), without decompressing.

/// Magic number, the method deflate, no flags, no time, no compression hint, no system hint.
const HEAD: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];

/// Returns the gzip of a file with this checksum and size.
pub(super) fn wrap(deflated: &[u8], crc: u32, size: u32) -> Vec<u8> {
    [&HEAD, deflated, &crc.to_le_bytes(), &size.to_le_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    #[test]
    fn a_decoder_takes_it_and_checks_size_and_checksum() {
        let text = b"abc".repeat(1000);
        let deflated = miniz_oxide::deflate::compress_to_vec(&text, 6);
        let decode = |packed: &[u8]| {
            let mut found = Vec::new();
            flate2::read::GzDecoder::new(packed)
                .read_to_end(&mut found)
                .map(|_| found)
        };
        let size = u32::try_from(text.len()).expect("a short text");
        assert_eq!(
            decode(&super::wrap(&deflated, rawzip::crc32(&text), size)).expect("gzip"),
            text
        );
        assert!(decode(&super::wrap(&deflated, 1, size)).is_err());
        assert!(decode(&super::wrap(&deflated, rawzip::crc32(&text), 1)).is_err());
    }
}
