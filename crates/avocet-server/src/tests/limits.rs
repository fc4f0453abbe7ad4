//! Limits out of their range.

use std::time::Duration;

use crate::Limits;

#[test]
fn values_out_of_range_are_all_named() {
    let limits = Limits::default()
        .header_time(Duration::ZERO)
        .drain_time(Duration::MAX)
        .header_bytes(100)
        .buffer_bytes(usize::MAX)
        .http2_window_bytes(u32::MAX)
        .body_rate(0);
    let error = limits.check().expect_err("no sense");
    let named = [
        "header_time",
        "drain_time",
        "header_bytes",
        "body_rate",
        "buffer_bytes",
    ];
    assert_eq!(error.errors().len(), named.len() + 1);
    for name in named {
        assert!(error.to_string().contains(&format!("`{name}`")), "{error}");
    }
}
