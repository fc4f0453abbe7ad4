//! Decimals, exact to their last digit.

use avocet::model::OrderedJson;
use avocet::read::Number::{Float, Integer};
use avocet::rules::{DecimalPlaces, Ge, Gt, Le, Lt, MaxDigits, MultipleOf, WholeDigits};
use rust_decimal::Decimal;

use super::*;

static PRICE: Rules = Rules::own(&[
    &MaxDigits(6),
    &DecimalPlaces(2),
    &WholeDigits {
        max_digits: 6,
        decimal_places: 2,
    },
    &Ge(Integer(0)),
]);
static MOST: Rules = Rules::own(&[&Le(Float(0.3))]);
static SHARE: Rules = Rules::own(&[&Gt(Float(0.1)), &Lt(Integer(1)), &MultipleOf(Float(0.05))]);

#[track_caller]
fn check(rules: &Rules, sent: &str, expected: Result<&str, &[&str]>) {
    let mut reader = avocet::read::Reader::new(sent);
    let read = Decimal::read(&mut reader, &Location::root("body"), rules);
    match expected {
        Ok(written) => assert_eq!(json!(read.expect(sent)), json!(written)),
        Err(kinds) => {
            assert!(read.is_err(), "{sent} was taken");
            assert_eq!(kinds_of(reader.errors()), kinds, "{sent}");
        }
    }
}

#[test]
fn are_read_exactly_and_written_as_text() {
    for (sent, written) in [
        (r#""7.10""#, "7.10"),
        ("7.10", "7.10"),
        ("7.5", "7.5"),
        ("7", "7"),
        ("1e2", "100"),
        (
            "12345678901234567890.12345678",
            "12345678901234567890.12345678",
        ),
        (r#"" -1_000.50 ""#, "-1000.50"),
    ] {
        check(&Rules::NONE, sent, Ok(written));
    }
    for (sent, kind) in [
        (r#""seven""#, "decimal_parsing"),
        (r#""""#, "decimal_parsing"),
        ("1e99", "decimal_parsing"),
        (r#""NaN""#, "finite_number"),
        (r#""-Infinity""#, "finite_number"),
        ("true", "decimal_type"),
        ("null", "decimal_type"),
        ("[1]", "decimal_type"),
    ] {
        check(&Rules::NONE, sent, Err(&[kind]));
    }
}

#[test]
fn carry_rules_exactly() {
    check(&PRICE, r#""12.50""#, Ok("12.50"));
    check(&PRICE, "9999.99", Ok("9999.99"));
    check(&PRICE, "1.2300", Ok("1.2300"));
    check(&PRICE, r#""1.234""#, Err(&["decimal_max_places"]));
    check(&PRICE, r#""12345.67""#, Err(&["decimal_max_digits"]));
    check(&PRICE, r#""12345""#, Err(&["decimal_whole_digits"]));
    check(&PRICE, r#""-0.01""#, Err(&["greater_than_equal"]));

    check(&SHARE, "0.15", Ok("0.15"));
    // As floats these would be equal to the bound, or a multiple.
    check(&SHARE, "0.1", Err(&["greater_than"]));
    check(&SHARE, "0.1000000000000000000001", Err(&["multiple_of"]));
    check(&SHARE, "0.9999999999999999999999", Err(&["multiple_of"]));
    check(&SHARE, "1.00", Err(&["less_than"]));
    check(&MOST, "0.3", Ok("0.3"));
    check(&MOST, "0.3000000000000000000001", Err(&["less_than_equal"]));
    check(
        &MOST,
        "79228162514264337593543950335",
        Err(&["less_than_equal"]),
    );
    check(
        &MOST,
        "-79228162514264337593543950335",
        Ok("-79228162514264337593543950335"),
    );
}

#[test]
fn are_described_as_number_or_text_and_answered_as_text() {
    let described = |side| {
        let mut schemas = Schemas::new(side);
        let schema = Option::<Decimal>::schema(&mut schemas);
        schemas.under(schema, &PRICE).to_json(&schemas.own_names())
    };
    let pattern = |schema: &OrderedJson| {
        let pattern = schema["pattern"].as_str().expect("a pattern");
        assert_eq!(*schema, json!({"type": "string", "pattern": pattern}));
    };
    let (input, output) = (described(Side::Input), described(Side::Output));
    assert_eq!(input["anyOf"][0], json!({"type": "number", "minimum": 0}));
    pattern(&input["anyOf"][1]);
    assert_eq!(input["anyOf"][2], json!({"type": "null"}));
    pattern(&output["anyOf"][0]);
    assert_eq!(output["anyOf"][1], json!({"type": "null"}));
}

/// Every short text: the reader accepts what the pattern accepts, and the output matches the pattern for responses.
#[test]
fn the_pattern_says_which_texts_are_read() {
    const CHARACTERS: [&str; 10] = ["0", "7", ".", "-", "+", "e", "E", "_", " ", "x"];
    let reads = judge(&schema_of::<Decimal>(Side::Input));
    let writes = judge(&schema_of::<Decimal>(Side::Output));
    let mut accepted = 0;
    for number in 0..111_111_usize {
        let (mut rest, mut text) = (number, String::new());
        while rest > 0 {
            text.push_str(CHARACTERS[(rest - 1) % CHARACTERS.len()]);
            rest = (rest - 1) / CHARACTERS.len();
        }
        let read = from_json::<Decimal>(json!(text).to_string().as_bytes());
        // A decimal has 28 digits, which a pattern cannot count.
        if let Err(errors) = &read
            && errors.iter().any(|it| it.message().contains("more digits"))
        {
            continue;
        }
        assert_eq!(read.is_ok(), reads.is_valid(&json!(text)), "{text:?}");
        if let Ok(decimal) = read {
            assert!(writes.is_valid(&json!(decimal)), "{decimal}");
            accepted += 1;
        }
    }
    assert!(accepted > 1_000, "{accepted}");
}
