//! Eight bytes as one number, whose lowest byte is the first: what is done to the number is done to all of them.

/// The same byte eight times.
pub(super) const fn each(byte: u8) -> u64 {
    u64::MAX / 255 * byte as u64
}
