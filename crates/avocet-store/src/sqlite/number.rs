//! Numbers in `SQLite`, which has signed ones alone.

/// Returns a number for `SQLite`, at most that of 63 bits.
pub(crate) fn to_sql(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Returns a number of `SQLite`. This crate writes no negative ones.
pub(crate) fn from_sql(number: i64) -> u64 {
    number.max(0).unsigned_abs()
}
