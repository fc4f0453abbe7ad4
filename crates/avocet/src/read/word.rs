//! Eight bytes as one number, the first byte lowest: an operation on the number applies to all of them.

/// The same byte eight times.
pub(super) const fn each(byte: u8) -> u64 {
    u64::MAX / 255 * byte as u64
}
