//! Compares the reader with `serde_json`: both accept the same texts and read the same values.
//!
//! The intended differences:
//!
//! | text | here | `serde_json` |
//! |---|---|---|
//! | a byte order mark before it | skipped | rejected |
//! | a number that no float holds, such as `1e999` | JSON; the error `finite_number` at its location | rejected |
//! | 128 levels | accepted (`Limits::json_depth`) | rejected, as are all above 127 |

#![no_main]

use avocet::input;
use avocet_fuzz::tree::Tree;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|text: &[u8]| {
    let ours = input::from_json::<Tree>(text);
    let theirs: Result<Value, _> =
        serde_json::from_slice(text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text));
    match (ours, theirs) {
        (Ok(Tree(ours)), Ok(theirs)) => assert_eq!(ours, theirs),
        (Err(problems), Err(error)) => {
            let kind = problems.iter().next().expect("there is a reason").kind();
            assert!(
                kind == "json_invalid" || (kind == "finite_number" && is_meant(&error)),
                "{problems:?} {error}"
            );
        }
        (Ok(_), Err(error)) => assert!(is_meant(&error), "taken, but {error}"),
        (Err(problems), Ok(theirs)) => panic!("{problems:?}, but {theirs}"),
    }
    // The public type accepts the same texts.
    let value = input::from_json::<Value>(text);
    if let Ok(value) = value {
        assert_eq!(value, input::from_json::<Tree>(text).expect("it is JSON").0);
    }
});

fn is_meant(error: &serde_json::Error) -> bool {
    let text = error.to_string();
    text.starts_with("number out of range") || text.starts_with("recursion limit exceeded")
}
