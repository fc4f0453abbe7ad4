//! Newtypes with rules.

use avocet::input::from_json;
use avocet::model::Side;
use avocet::prelude::*;

use super::{described, kinds};

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "checks are given references"
)]
fn even(number: &u32) -> Result<(), &'static str> {
    if number.is_multiple_of(2) {
        Ok(())
    } else {
        Err("must be even")
    }
}

/// An even number.
#[model]
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Even(#[field(le = 100, check = even)] u32);

#[model]
#[derive(Debug, PartialEq)]
struct Evens {
    #[field(ge = 10)]
    one: Even,
    #[field(default, max_items = 2)]
    many: Vec<Even>,
}

#[test]
fn a_newtype_has_its_own_rules_and_those_of_its_location() {
    let read = from_json::<Evens>(br#"{"one": 12, "many": [2]}"#).unwrap();
    assert_eq!(
        read,
        Evens {
            one: Even(12),
            many: vec![Even(2)]
        }
    );
    assert_eq!(kinds::<Evens>(r#"{"one": 4}"#), ["greater_than_equal"]);
    assert_eq!(kinds::<Evens>(r#"{"one": 102}"#), ["less_than_equal"]);
    assert_eq!(kinds::<Evens>(r#"{"one": "x"}"#), ["int_type"]);
    assert_eq!(
        kinds::<Evens>(r#"{"one": 11, "many": [1]}"#),
        ["value_error", "value_error"]
    );
    assert_eq!(serde_json::to_value(Even(2)).unwrap(), 2);
    let schema = described::<Even>(Side::Input);
    assert_eq!(
        (&schema["maximum"], &schema["description"]),
        (&100.into(), &"An even number.".into())
    );
}
