//! The table of limits, and what is no limit.

use std::time::Duration;

use crate::serve::Limits;

#[test]
fn the_table_in_the_documentation_has_every_limit() {
    let source = include_str!("../limits.rs");
    let debug = format!("{:#?}", Limits::default());
    let fields = debug.lines().filter_map(|line| line.strip_prefix("    "));
    let fields = fields
        .filter(|line| !line.starts_with(' '))
        .filter_map(|line| line.split_once(": "));
    let mut count = 0;
    for (field, _) in fields {
        count += 1;
        assert!(
            source.contains(&format!("/// | [`{field}`](Self::{field}) |")),
            "{field}"
        );
    }
    assert_eq!(count, source.matches("/// | [`").count());
}

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
    assert_eq!(error.problems().len(), named.len() + 1);
    for name in named {
        assert!(error.to_string().contains(&format!("`{name}`")), "{error}");
    }
}
