//! The guarantee: the reader accepts exactly what the published schema accepts, and serde reads every accepted text as the same value. Over
//! arbitrary JSON text, valid and invalid. For responses: the output matches their schema.
//!
//! `AVOCET_TRUTH_TEXTS` sets the number of texts for each type (default: 2,000), `AVOCET_TRUTH_SEED` the seed.

mod judge;
mod kinds;
mod responses;
mod texts;
mod types;
mod write;

use std::fmt::Debug;

use avocet::input::{self, Input};
use avocet::model::{Output, Side};
use avocet::read::ValidationError;
use serde::de::DeserializeOwned;
use serde_json::Value;

use judge::Judge;
use write::Writer;

/// The results of the texts of one type.
#[derive(Debug, Default)]
struct Tally {
    accepted: usize,
    rejected: usize,
    malformed: usize,
}

fn setting(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |text| text.parse().expect(name))
}

fn check<T: Input + Output + DeserializeOwned + PartialEq + Debug>() {
    let judge = Judge::of::<T>(Side::Input);
    let responses = Judge::of::<T>(Side::Output);
    let seed = setting("AVOCET_TRUTH_SEED", 1);
    let mut tally = Tally::default();
    for number in 0..setting("AVOCET_TRUTH_TEXTS", 2_000) {
        let text =
            Writer::new(seed.wrapping_mul(1_000_003).wrapping_add(number)).text_for(&judge.schema);
        if has_minus_zero(&text) || is_rounded_by_the_judge(&text) {
            continue;
        }
        let ours = input::from_json::<T>(text.as_bytes());
        let value = match serde_json::from_str::<Value>(&text) {
            Ok(value) => value,
            // JSON, but beyond the range of the judge; a test below covers the reader's behavior.
            Err(error) if error.to_string().starts_with("number out of range") => continue,
            Err(_) => {
                let errors = ours.expect_err(&text);
                let kinds: Vec<_> = errors.iter().map(ValidationError::kind).collect();
                assert_eq!(kinds, ["json_invalid"], "{text}");
                // A syntax error has the same position for every type.
                let of_any = input::from_json::<Value>(text.as_bytes()).expect_err(&text);
                assert_eq!(errors, of_any, "{text}");
                tally.malformed += 1;
                continue;
            }
        };
        assert_eq!(
            ours.is_ok(),
            judge.accepts(&value),
            "{text}\nread as {ours:?}\nschema {:#}",
            judge.schema
        );
        match ours {
            Ok(ours) => {
                // Integers that differ can be one float, and then items are no longer unique.
                if !numbers(&text).any(is_long) {
                    responses::check(&ours, &responses);
                }
                is_what_serde_reads(&ours, value, &text);
                tally.accepted += 1;
            }
            Err(errors) => {
                assert!(!errors.is_empty(), "{text} was rejected without a reason");
                tally.rejected += 1;
            }
        }
    }
    // A one-sided sample would prove little.
    assert!(
        tally.accepted > 20 && tally.rejected > 20 && tally.malformed > 20,
        "{tally:?}"
    );
}

/// Compares through a `Value`, because serde's derive rejects repeated keys, of which the last counts here.
fn is_what_serde_reads<T: Output + DeserializeOwned + PartialEq + Debug>(
    ours: &T,
    value: Value,
    text: &str,
) {
    if serde_json::from_value(value.clone()).is_ok_and(|theirs: T| *ours == theirs) {
        return;
    }
    // serde does not accept `5.0` as an integer. With integer spelling, arbitrary JSON values are spelled differently too.
    let theirs: T = serde_json::from_value(with_integers(value))
        .unwrap_or_else(|error| panic!("{error}: {text}"));
    let written = |value: &T| with_integers(serde_json::to_value(value).expect("JSON"));
    if *ours != theirs {
        assert_eq!(written(ours), written(&theirs), "{text}");
    }
}

/// Returns the value with integral floats spelled as integers.
#[expect(
    clippy::cast_possible_truncation,
    reason = "integers of 63 bits are within 64"
)]
fn with_integers(value: Value) -> Value {
    match value {
        Value::Number(number) => {
            let float = number.as_f64().filter(|_| number.is_f64());
            let whole = float.filter(|float| float.fract() == 0.0 && float.abs() < 9e18);
            whole.map_or(Value::Number(number), |whole| Value::from(whole as i64))
        }
        Value::Array(items) => items.into_iter().map(with_integers).collect(),
        Value::Object(members) => members
            .into_iter()
            .map(|(name, value)| (name, with_integers(value)))
            .collect(),
        other => other,
    }
}

/// Returns whether the text contains `-0`: an integer, which `serde_json` stores as a float.
fn has_minus_zero(text: &str) -> bool {
    let goes_on = |byte: &u8| matches!(byte, b'.' | b'e' | b'E' | b'0'..=b'9');
    let mut locations = text.match_indices("-0");
    locations.any(|(at, zero)| !text.as_bytes().get(at + zero.len()).is_some_and(goes_on))
}

/// Returns whether the text has a number that the judge stores as a float and that is not that float: `8056595033310499.098` is not an
/// integer, and the float nearest to it is.
fn is_rounded_by_the_judge(text: &str) -> bool {
    numbers(text).any(|number| number.contains(['.', 'e', 'E']) && is_long(number))
}

/// Returns what can be a number in the text.
fn numbers(text: &str) -> impl Iterator<Item = &str> {
    let is_part = |char: char| char.is_ascii_digit() || ".eE+-".contains(char);
    text.split(move |char| !is_part(char))
}

/// Returns whether a number has more digits than a float holds exactly.
fn is_long(number: &str) -> bool {
    let mantissa = number.split(['e', 'E']).next().unwrap_or(number);
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    digits.trim_start_matches('0').trim_end_matches('0').len() > 15
}

macro_rules! agree {
    ($($name:ident: $kind:ty;)*) => {$(
        #[test]
        fn $name() {
            check::<$kind>();
        }
    )*};
}

agree! {
    integers: types::Integers;
    floats: types::Floats;
    texts: types::Texts;
    lists: types::Lists;
    distinct: types::Distinct;
    maps: types::Maps;
    sets: types::Sets;
    tuples: (i32, String, Option<bool>);
    nested_and_recursive: types::Node;
    unit_enums: Vec<types::Level>;
    tagged_enums: Vec<types::Message>;
    closed_and_renamed: types::Closed;
    optional_and_required: types::Presence;
    newtypes: types::Wrapped;
    newtypes_of_collections: types::Collections;
    patterns: types::Patterns;
    tagged_and_recursive: types::Group;
    generics: types::Page<types::Level>;
    literals: Vec<types::Channel>;
    integer_enums: Vec<types::Grade>;
    untagged_enums: types::Any;
    adjacently_tagged_enums: types::Adjacent;
    enums_with_others: Vec<types::Open>;
    flattened: types::Flat;
    flattened_and_recursive: types::Point;
    flattened_map: types::Gathering;
    flattened_in_flattened: types::Sorted;
    patches: types::Changes;
    read_by_serde: types::Foreign;
}

#[test]
fn nesting_beyond_the_limit_is_malformed_and_not_a_crash() {
    for depth in [128, 129, 100_000] {
        let text = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert_eq!(
            input::from_json::<Value>(text.as_bytes()).is_ok(),
            depth <= 128,
            "{depth}"
        );
        let ignored = format!(r#"{{"tags": [], "unknown": {text}}}"#);
        assert!(
            input::from_json::<types::Lists>(ignored.as_bytes()).is_err(),
            "{depth}"
        );
    }
}

#[test]
fn a_number_beyond_floats_is_a_error_at_its_location() {
    let errors = input::from_json::<Vec<f64>>(b"[1, 1e999]").expect_err("it is too large");
    assert_eq!(
        errors.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["body[1]: Input should be a finite number"]
    );
    let errors = input::from_json::<Vec<f32>>(b"[3.5e38]").expect_err("it is too large");
    assert_eq!(errors.iter().next().expect("one").kind(), "finite_number");
}

#[test]
fn the_list_of_errors_is_bounded() {
    let text = format!("[{}]", vec!["null"; 5_000].join(","));
    let errors = input::from_json::<Vec<f64>>(text.as_bytes()).expect_err("all are wrong");
    assert_eq!(
        (errors.iter().count(), errors.omitted(), errors.len()),
        (100, 4_900, 5_000)
    );
}

#[test]
fn a_hostile_name_does_not_make_a_large_response() {
    let key = "K".repeat(1_000_000);
    let text = format!(r#"{{"{key}":[{}]}}"#, vec!["\"\""; 200].join(","));
    let errors = input::from_json::<std::collections::BTreeMap<String, Vec<u32>>>(text.as_bytes())
        .expect_err("all are wrong");
    let response: Vec<_> = errors.iter().collect();
    assert!(serde_json::to_string(&response).expect("it is JSON").len() < 50_000);
}
