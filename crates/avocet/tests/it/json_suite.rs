//! The documents of `JSONTestSuite` (github.com/nst/JSONTestSuite), if `AVOCET_JSON_TEST_SUITE` names its folder `test_parsing`: `y_` must
//! be accepted, `n_` rejected, and `i_` may be either, without a panic.

use std::fs;
use std::path::Path;

use avocet::input::from_json;
use avocet::read::ValidationError;
use serde_json::Value;

#[test]
fn the_json_test_suite_agrees() {
    let Some(folder) = std::env::var_os("AVOCET_JSON_TEST_SUITE") else {
        return crate::skipped("AVOCET_JSON_TEST_SUITE does not name the folder test_parsing");
    };
    let (mut wrong, mut counts) = (Vec::new(), [0; 3]);
    for entry in fs::read_dir(Path::new(&folder)).expect("the folder is there") {
        let path = entry.expect("the folder can be listed").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let read = from_json::<Value>(&fs::read(&path).expect("the file can be read"));
        // Invalid documents must be rejected as invalid JSON, not for their values.
        let is_json = match &read {
            Ok(_) => true,
            Err(errors) => errors
                .iter()
                .any(|it| ValidationError::kind(it) != "json_invalid"),
        };
        let (group, agrees) = match name.as_bytes().first() {
            Some(b'y') => (0, read.is_ok()),
            Some(b'n') => (1, !is_json),
            Some(b'i') => (2, true),
            _ => continue,
        };
        counts[group] += 1;
        if !agrees {
            wrong.push(format!("{name}: {read:?}"));
        }
    }
    assert!(counts.iter().all(|count| *count > 10), "{counts:?}");
    assert!(wrong.is_empty(), "{wrong:#?}");
}
