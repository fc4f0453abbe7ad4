//! Kinds of values beyond the basic ones: each is held against a table of texts, and against an independent judge of
//! what its format means.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};
use std::fmt::Debug;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::num::NonZeroU8;
use std::sync::Arc;

use avocet::model::{Email, Model, Schemas, Secret, Side};
use avocet::read::{Input, Place, Problems, Text, from_json};
use avocet::rules::{MaxItems, MinItems, MinLength, Rules};
use serde::Serialize;
use serde_json::{Value, json};

/// What is to become of a text.
#[allow(dead_code, reason = "some are of rows that stand behind a feature")]
enum Fate {
    /// It is of the format, and is answered so.
    Good(&'static str),
    /// It is another spelling that Pydantic takes, and is answered so.
    Lenient(&'static str),
    /// The format has no word for it, Pydantic takes it, and it is answered so.
    Beyond(&'static str),
    /// It is not of the format: the code.
    Bad(&'static str),
    /// It is of the format, and still refused: the code.
    Refused(&'static str),
}

use Fate::{Bad, Beyond, Good, Lenient, Refused};

fn schema_of<T: Model>(side: Side) -> Value {
    let mut schemas = Schemas::new(side);
    T::schema(&mut schemas).to_json(&schemas.own_names())
}

fn judge(schema: &Value) -> jsonschema::Validator {
    jsonschema::options()
        .should_validate_formats(true)
        .build(schema)
        .expect("it is a schema")
}

#[track_caller]
fn kinds_of(problems: &Problems) -> Vec<String> {
    problems.iter().map(|it| it.kind().to_owned()).collect()
}

/// Every text is read as JSON and as a parameter with the same result; what is answered is of the format.
#[track_caller]
fn table<T: Input + Text + Serialize + Debug>(schema: &Value, rows: &[(&str, Fate)]) {
    assert_eq!(schema_of::<T>(Side::Input), *schema);
    let reads = judge(schema);
    let answers = judge(&schema_of::<T>(Side::Output));
    for (text, fate) in rows {
        let sent = json!(text);
        let read: Result<T, _> = from_json(sent.to_string().as_bytes());
        let mut problems = Problems::default();
        let parameter = T::from_text(text, &Place::root("query"), &Rules::NONE, &mut problems);
        let is_of_the_format = reads.is_valid(&sent);
        match fate {
            Good(answer) | Lenient(answer) | Beyond(answer) => {
                let read = read.unwrap_or_else(|problems| panic!("{text:?}: {problems:?}"));
                let written = serde_json::to_value(&read).expect("it is JSON");
                assert_eq!(written, json!(answer), "{text:?}");
                let is_of_its_format = answers.is_valid(&written);
                assert_eq!(is_of_its_format, !matches!(fate, Beyond(_)), "{written}");
                let parameter = parameter.unwrap_or_else(|_| panic!("{text:?}: {problems:?}"));
                assert_eq!(
                    serde_json::to_value(parameter).expect("it is JSON"),
                    written
                );
                assert_eq!(is_of_the_format, matches!(fate, Good(_)), "{text:?}");
            }
            Bad(kind) | Refused(kind) => {
                assert!(parameter.is_err(), "{text:?} was taken as a parameter");
                assert_eq!(kinds_of(&problems), [*kind], "{text:?}");
                let problems = read.err().unwrap_or_else(|| panic!("{text:?} was taken"));
                assert_eq!(kinds_of(&problems), [*kind], "{text:?}");
                assert_eq!(is_of_the_format, matches!(fate, Refused(_)), "{text:?}");
                let shown =
                    serde_json::to_string(problems.iter().next().expect("one")).expect("JSON");
                assert!(
                    text.len() < 8 || !shown.contains(text),
                    "{shown} shows {text:?}"
                );
            }
        }
    }
}

/// What is no text has a code of its own and is passed over whole.
#[track_caller]
fn is_not_text<T: Input + Debug>(kind: &str) {
    for other in ["5", "true", "null", "[[1]]", r#"{"a": 1}"#] {
        let problems = from_json::<(T, u8)>(format!("[{other}, -1]").as_bytes()).expect_err(other);
        assert_eq!(kinds_of(&problems), [kind, "greater_than_equal"], "{other}");
    }
}

#[cfg(feature = "uuid")]
#[test]
fn uuids() {
    const WRITTEN: &str = "4b1f0d0e-6a2c-4a43-9f3c-0a7f0f6f7a11";
    table::<uuid::Uuid>(
        &json!({"type": "string", "format": "uuid"}),
        &[
            (WRITTEN, Good(WRITTEN)),
            ("4B1F0D0E-6A2C-4A43-9F3C-0A7F0F6F7A11", Good(WRITTEN)),
            ("4B1F0D0E6A2C4A439F3C0A7F0F6F7A11", Lenient(WRITTEN)),
            (
                "urn:uuid:4b1f0d0e-6a2c-4a43-9f3c-0a7f0f6f7a11",
                Lenient(WRITTEN),
            ),
            ("{4b1f0d0e-6a2c-4a43-9f3c-0a7f0f6f7a11}", Lenient(WRITTEN)),
            ("4b1f0d0e-6a2c-4a43-9f3c-0a7f0f6f7a1z", Bad("uuid_parsing")),
            ("4b1f0d0e", Bad("uuid_parsing")),
            (" 4b1f0d0e-6a2c-4a43-9f3c-0a7f0f6f7a11", Bad("uuid_parsing")),
            ("", Bad("uuid_parsing")),
            ("é", Bad("uuid_parsing")),
        ],
    );
    is_not_text::<uuid::Uuid>("uuid_type");
}

#[test]
fn addresses() {
    table::<Ipv4Addr>(
        &json!({"type": "string", "format": "ipv4"}),
        &[
            ("192.168.0.7", Good("192.168.0.7")),
            ("192.168.0.256", Bad("ip_v4_address")),
            ("10.0.0", Bad("ip_v4_address")),
            ("010.0.0.1", Bad("ip_v4_address")),
            ("::1", Bad("ip_v4_address")),
            ("10.0.0.1/8", Bad("ip_v4_address")),
        ],
    );
    table::<Ipv6Addr>(
        &json!({"type": "string", "format": "ipv6"}),
        &[
            (
                "2001:0db8:0000:0000:0000:0000:0000:0001",
                Good("2001:db8::1"),
            ),
            ("fe80::1", Good("fe80::1")),
            ("::ffff:10.0.0.1", Good("::ffff:10.0.0.1")),
            ("fe80::1%eth0", Bad("ip_v6_address")),
            ("10.0.0.1", Bad("ip_v6_address")),
            ("xyz", Bad("ip_v6_address")),
        ],
    );
    table::<IpAddr>(
        &json!({"anyOf": [{"type": "string", "format": "ipv4"}, {"type": "string", "format": "ipv6"}]}),
        &[
            ("10.0.0.1", Good("10.0.0.1")),
            ("::1", Good("::1")),
            ("localhost", Bad("ip_any_address")),
        ],
    );
    is_not_text::<Ipv4Addr>("ip_v4_address");
    is_not_text::<Ipv6Addr>("ip_v6_address");
    is_not_text::<IpAddr>("ip_any_address");
}

#[test]
fn mail_addresses() {
    table::<Email>(
        &json!({"type": "string", "format": "email"}),
        &[
            ("ada@example.com", Good("ada@example.com")),
            ("Ada@Example.COM", Good("Ada@example.com")),
            (
                "a.d+a_x'y@mail.example.org",
                Good("a.d+a_x'y@mail.example.org"),
            ),
            ("ada@3com.com", Good("ada@3com.com")),
            ("ada.example.com", Bad("value_error")),
            ("ada", Bad("value_error")),
            ("@example.com", Bad("value_error")),
            ("ada@", Bad("value_error")),
            ("ada..l@example.com", Bad("value_error")),
            (".ada@example.com", Bad("value_error")),
            ("ada.@example.com", Bad("value_error")),
            ("ada@example..com", Bad("value_error")),
            ("ada@-example.com", Bad("value_error")),
            ("ada@exa_mple.com", Bad("value_error")),
            ("a da@example.com", Bad("value_error")),
            ("ada@example.com ", Bad("value_error")),
            ("ada@@example.com", Bad("value_error")),
            ("Ada <ada@example.com>", Refused("value_error")),
            ("ada@example.c\u{f6}m", Bad("value_error")),
            ("ada@localhost", Refused("value_error")),
            ("\"a d\"@example.com", Refused("value_error")),
            ("ada@[127.0.0.1]", Refused("value_error")),
        ],
    );
    let long = format!("{}@example.com", "a".repeat(65));
    assert!(long.parse::<Email>().is_err());
    let long = format!("ada@{}com", "abcdefgh.".repeat(28));
    assert!(long.parse::<Email>().is_err());
    is_not_text::<Email>("string_type");
}

#[cfg(feature = "url")]
#[test]
fn urls() {
    use avocet::model::HttpUrl;

    let rows = [
        (
            "https://example.com/a?b=1",
            Good("https://example.com/a?b=1"),
        ),
        ("http://EXAMPLE.com", Good("http://example.com/")),
        ("https://example.com:443/x", Good("https://example.com/x")),
        (
            "http://b\u{fc}cher.example/",
            Lenient("http://xn--bcher-kva.example/"),
        ),
        ("example.com/a", Bad("url_parsing")),
        ("nolink", Bad("url_parsing")),
        ("http://", Refused("url_parsing")),
        ("", Bad("url_parsing")),
    ];
    let described = json!({"type": "string", "format": "uri", "minLength": 1});
    table::<url::Url>(&described, &rows);
    table::<url::Url>(
        &described,
        &[
            ("ftp://example.com/", Good("ftp://example.com/")),
            ("mailto:ada@example.com", Good("mailto:ada@example.com")),
        ],
    );
    let described = json!({"type": "string", "format": "uri", "minLength": 1, "maxLength": 2083});
    table::<HttpUrl>(&described, &rows);
    table::<HttpUrl>(
        &described,
        &[
            ("ftp://example.com/", Refused("url_scheme")),
            ("mailto:ada@example.com", Refused("url_scheme")),
        ],
    );
    for (sent, length) in [
        ("a".repeat(2064), Some(2083)),
        ("a".repeat(2065), None),
        ("\u{e9}".repeat(500), None),
    ] {
        let link = from_json::<HttpUrl>(
            json!(format!("http://example.com/{sent}"))
                .to_string()
                .as_bytes(),
        );
        match length {
            Some(length) => assert_eq!(link.expect("it is not too long").as_str().len(), length),
            None => assert_eq!(
                kinds_of(&link.expect_err("it is too long")),
                ["url_too_long"]
            ),
        }
    }
    is_not_text::<url::Url>("url_type");
    is_not_text::<HttpUrl>("url_type");
}

#[cfg(feature = "base64")]
#[test]
fn base64() {
    use avocet::model::Base64;

    table::<Base64>(
        &json!({"type": "string", "format": "base64"}),
        &[
            ("aGVsbG8gd29ybGQ=", Good("aGVsbG8gd29ybGQ=")),
            ("", Good("")),
            ("+/+/", Good("+/+/")),
            // JSON Schema has no such format, so that the judge takes any text.
            ("a!", Refused("base64_decode")),
            ("aGVsbG8", Refused("base64_decode")),
            ("aGVsbG9=", Refused("base64_decode")),
            ("aGVs bG8=", Refused("base64_decode")),
            ("-_-_", Refused("base64_decode")),
        ],
    );
    is_not_text::<Base64>("bytes_type");
}

#[test]
fn secrets() {
    static LONG: Rules = Rules::own(&[&MinLength(6)]);

    assert_eq!(
        schema_of::<Secret<String>>(Side::Input),
        json!({"type": "string", "format": "password", "writeOnly": true})
    );
    let password: Secret<String> = from_json(br#""correct horse""#).expect("it is text");
    assert_eq!(password.expose().len(), 13);
    assert_eq!(
        format!("{password:?} {:?}", Some(&password)),
        "********** Some(**********)"
    );
    assert_eq!(json!(password), json!("**********"));
    is_not_text::<Secret<String>>("string_type");

    let mut problems = Problems::default();
    let short = Secret::<String>::from_text("psst", &Place::root("query"), &LONG, &mut problems);
    assert!(short.is_err());
    let problem = problems.iter().next().expect("it is too short");
    assert_eq!(problem.kind(), "string_too_short");
    assert_eq!(
        problem.message(),
        "String should have at least 6 characters"
    );
}

#[test]
fn characters_and_shared_texts() {
    table::<char>(
        &json!({"type": "string", "minLength": 1, "maxLength": 1}),
        &[
            ("a", Good("a")),
            ("\u{1f980}", Good("\u{1f980}")),
            ("", Bad("string_too_short")),
            ("ab", Bad("string_too_long")),
        ],
    );
    table::<Cow<'static, str>>(
        &json!({"type": "string"}),
        &[("", Good("")), ("a", Good("a"))],
    );
    table::<Arc<str>>(
        &json!({"type": "string"}),
        &[("", Good("")), ("a", Good("a"))],
    );
    table::<Arc<String>>(
        &json!({"type": "string"}),
        &[("", Good("")), ("a", Good("a"))],
    );
    is_not_text::<char>("string_type");
    is_not_text::<Arc<str>>("string_type");
    let list: Arc<Vec<Arc<str>>> = from_json(br#"["a"]"#).expect("it is a list");
    assert_eq!(list[0].as_ref(), "a");
}

#[test]
fn positive_integers() {
    assert_eq!(
        schema_of::<NonZeroU8>(Side::Input),
        json!({"type": "integer", "format": "uint8", "minimum": 1, "maximum": 255})
    );
    assert_eq!(from_json::<NonZeroU8>(b"255").expect("it fits").get(), 255);
    for (text, kind) in [
        ("0", "greater_than_equal"),
        ("256", "less_than_equal"),
        ("1.5", "int_type"),
    ] {
        let problems = from_json::<NonZeroU8>(text.as_bytes()).expect_err(text);
        assert_eq!(kinds_of(&problems), [kind], "{text}");
    }
}

#[test]
fn sets() {
    static FEW: Rules = Rules::own(&[&MinItems(2), &MaxItems(3)]);

    fn read<T: Input>(text: &str) -> Result<T, Problems> {
        let mut reader = avocet::read::Reader::new(text);
        T::read(&mut reader, &Place::root("body"), &FEW).map_err(|_| reader.problems().clone())
    }

    assert_eq!(
        schema_of::<BTreeSet<u8>>(Side::Output),
        json!({
            "type": "array", "uniqueItems": true,
            "items": {"type": "integer", "format": "uint8", "minimum": 0, "maximum": 255},
        })
    );
    let set: BTreeSet<String> = read(r#"["b", "a", "b", "c", "a"]"#).expect("three are left");
    assert_eq!(json!(set), json!(["a", "b", "c"]));
    let set: HashSet<u8> = read("[1, 1, 2]").expect("two are left");
    assert_eq!(set, HashSet::from([1, 2]));

    let messages =
        |problems: &Problems| -> Vec<String> { problems.iter().map(ToString::to_string).collect() };
    let few = read::<HashSet<u8>>("[1, 1]").expect_err("one is left");
    assert_eq!(
        messages(&few),
        ["body: Set should have at least 2 items after validation, not 1"]
    );
    let many = read::<HashSet<u8>>("[1, 2, 3, 4]").expect_err("four are left");
    assert_eq!(
        messages(&many),
        ["body: Set should have at most 3 items after validation, not more"]
    );
    let wrong = read::<HashSet<u8>>(r#"[1, "2", 1]"#).expect_err("one is no number");
    assert_eq!(
        messages(&wrong),
        ["body[1]: Input should be a valid integer"]
    );
    is_not_a_set::<HashSet<u8>>();
    is_not_a_set::<BTreeSet<u8>>();
}

fn is_not_a_set<T: Input + Debug>() {
    for other in [r#""a""#, "1", "{}"] {
        let problems = from_json::<T>(other.as_bytes()).expect_err(other);
        assert_eq!(kinds_of(&problems), ["set_type"], "{other}");
    }
}

#[cfg(feature = "rust_decimal")]
mod decimals {
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
        let read = Decimal::read(&mut reader, &Place::root("body"), rules);
        match expected {
            Ok(written) => assert_eq!(json!(read.expect(sent)), json!(written)),
            Err(kinds) => {
                assert!(read.is_err(), "{sent} was taken");
                assert_eq!(kinds_of(reader.problems()), kinds, "{sent}");
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
        assert_eq!(
            described(Side::Input),
            json!({"anyOf": [{"type": "number", "minimum": 0}, {"type": "string"}, {"type": "null"}]})
        );
        assert_eq!(
            described(Side::Output),
            json!({"anyOf": [{"type": "string"}, {"type": "null"}]})
        );
    }
}

/// The rows that every crate's types read alike, answered in the form of `Iso8601`.
#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
mod moments {
    use avocet::model::Iso8601;

    use super::*;

    const DATE_TIME: &str = "datetime_from_date_parsing";

    fn zoned<T>()
    where
        Iso8601<T>: Input + Text + Serialize + Debug,
    {
        table::<Iso8601<T>>(
            &json!({"type": "string", "format": "date-time"}),
            &[
                ("2026-03-01T12:30:00Z", Good("2026-03-01T12:30:00Z")),
                ("2026-03-01t12:30:00z", Good("2026-03-01T12:30:00Z")),
                (
                    "2026-03-01T12:30:00.250Z",
                    Good("2026-03-01T12:30:00.250000Z"),
                ),
                (
                    "2026-03-01T12:30:00.123456789Z",
                    Good("2026-03-01T12:30:00.123456789Z"),
                ),
                ("2028-02-29T00:00:00+00:00", Good("2028-02-29T00:00:00Z")),
                (
                    "2026-03-01 12:30:00.250Z",
                    Lenient("2026-03-01T12:30:00.250000Z"),
                ),
                ("2026-03-01T12:30Z", Lenient("2026-03-01T12:30:00Z")),
                ("2026-03-01T12:30:00+0000", Lenient("2026-03-01T12:30:00Z")),
                ("2026-03-01T12:30:00", Bad("timezone_aware")),
                ("2026-03-01", Bad("timezone_aware")),
                ("2026-13-01T12:30:00Z", Bad(DATE_TIME)),
                ("2026-02-29T12:30:00Z", Bad(DATE_TIME)),
                ("2026-03-01T24:00:00Z", Bad(DATE_TIME)),
                ("2026-03-01T12:60:00Z", Bad(DATE_TIME)),
                ("2026-03-01T12:30:60Z", Bad(DATE_TIME)),
                ("2026-03-01T12:30:00.Z", Bad(DATE_TIME)),
                ("2026-03-01T12:30:00+24:00", Bad(DATE_TIME)),
                ("2026-03-01T12:30:00 05:30", Bad(DATE_TIME)),
                ("2026-03-01T12:30:00ZZ", Bad(DATE_TIME)),
                ("2026-3-1T12:30:00Z", Bad(DATE_TIME)),
                ("yesterday", Bad(DATE_TIME)),
                ("", Bad(DATE_TIME)),
            ],
        );
        is_not_text::<Iso8601<T>>("datetime_type");
        parameters::<Iso8601<T>>(&[
            ("1772368200", "2026-03-01T12:30:00Z"),
            ("1772368200250", "2026-03-01T12:30:00.250000Z"),
            ("-0.5", "1969-12-31T23:59:59.500000Z"),
        ]);
    }

    /// Those that keep the offset which was sent.
    fn with_offset<T>()
    where
        Iso8601<T>: Input + Text + Serialize + Debug,
    {
        table::<Iso8601<T>>(
            &json!({"type": "string", "format": "date-time"}),
            &[
                (
                    "2026-03-01T12:30:00+02:00",
                    Good("2026-03-01T12:30:00+02:00"),
                ),
                (
                    "2026-03-01T12:30:00-05:30",
                    Good("2026-03-01T12:30:00-05:30"),
                ),
                (
                    "2026-03-01T00:00:00-0030",
                    Lenient("2026-03-01T00:00:00-00:30"),
                ),
            ],
        );
    }

    fn local<T>()
    where
        Iso8601<T>: Input + Text + Serialize + Debug,
    {
        // JSON Schema does not know the format, so that the judge takes any text.
        table::<Iso8601<T>>(
            &json!({"type": "string", "format": "date-time-local"}),
            &[
                ("2026-03-01T12:30:00", Good("2026-03-01T12:30:00")),
                ("2026-03-01", Good("2026-03-01T00:00:00")),
                ("2026-03-01T12:30:00Z", Refused("timezone_naive")),
                ("2026-03-01T12", Refused(DATE_TIME)),
            ],
        );
        is_not_text::<Iso8601<T>>("datetime_type");
    }

    fn date<T>()
    where
        Iso8601<T>: Input + Text + Serialize + Debug,
    {
        const PARSING: &str = "date_from_datetime_parsing";
        table::<Iso8601<T>>(
            &json!({"type": "string", "format": "date"}),
            &[
                ("2028-02-29", Good("2028-02-29")),
                ("2026-03-01T00:00:00", Lenient("2026-03-01")),
                ("2026-03-01T00:00:00Z", Lenient("2026-03-01")),
                ("2026-03-01T10:00:00", Bad("date_from_datetime_inexact")),
                ("2026-02-30", Bad(PARSING)),
                ("2100-02-29", Bad(PARSING)),
                ("2026-3-2", Bad(PARSING)),
                ("tomorrow", Bad(PARSING)),
                ("01-03-2026", Bad(PARSING)),
                ("", Bad(PARSING)),
            ],
        );
        is_not_text::<Iso8601<T>>("date_type");
        parameters::<Iso8601<T>>(&[("1772323200", "2026-03-01")]);
    }

    fn time<T>()
    where
        Iso8601<T>: Input + Text + Serialize + Debug,
    {
        let described = json!({"type": "string", "format": "time"});
        assert_eq!(schema_of::<Iso8601<T>>(Side::Input), described);
        // JSON Schema's `time` has a zone, which no crate's time of day has: FastAPI's document says it all the same.
        for (text, written) in [
            ("08:15:00", "08:15:00"),
            ("08:15", "08:15:00"),
            ("23:59:59.5", "23:59:59.500000"),
        ] {
            let read: Iso8601<T> = from_json(json!(text).to_string().as_bytes()).expect(text);
            assert_eq!(json!(read), json!(written));
        }
        for (text, kind) in [
            ("25:00:00", "time_parsing"),
            ("noon", "time_parsing"),
            ("8:15:00", "time_parsing"),
            ("x", "time_parsing"),
            ("08:15:00Z", "timezone_naive"),
        ] {
            let problems =
                from_json::<Iso8601<T>>(json!(text).to_string().as_bytes()).expect_err(text);
            assert_eq!(kinds_of(&problems), [kind], "{text}");
        }
        is_not_text::<Iso8601<T>>("time_type");
    }

    fn duration<T>()
    where
        Iso8601<T>: Input + Text + Serialize + Debug,
    {
        const PARSING: &str = "time_delta_parsing";
        table::<Iso8601<T>>(
            &json!({"type": "string", "format": "duration"}),
            &[
                ("PT1H30M", Good("PT1H30M")),
                ("P1DT2H", Good("P1DT2H")),
                ("P2W", Good("P14D")),
                ("PT90S", Good("PT1M30S")),
                ("P1Y", Good("P365D")),
                ("-PT15M", Beyond("-PT15M")),
                ("PT1.5S", Beyond("PT1.5S")),
                ("01:30:05", Lenient("PT1H30M5S")),
                ("1 day, 0:00:01", Lenient("P1DT1S")),
                ("an hour", Bad(PARSING)),
                ("long", Bad(PARSING)),
                ("P", Bad(PARSING)),
                ("PT", Bad(PARSING)),
                ("P1H", Bad(PARSING)),
                ("P99999999999D", Refused(PARSING)),
            ],
        );
        is_not_text::<Iso8601<T>>("time_delta_type");
        parameters::<Iso8601<T>>(&[("90", "PT1M30S"), ("-1.5", "-PT1.5S")]);
    }

    /// Numbers, which only parameters may be.
    #[track_caller]
    fn parameters<T: Input + Text + Serialize + Debug>(rows: &[(&str, &str)]) {
        for (text, written) in rows {
            let mut problems = Problems::default();
            let read = T::from_text(text, &Place::root("query"), &Rules::NONE, &mut problems);
            assert_eq!(json!(read.expect(text)), json!(written), "{text}");
            assert!(from_json::<T>(json!(text).to_string().as_bytes()).is_err());
        }
    }

    #[cfg(feature = "chrono")]
    #[test]
    fn of_chrono() {
        use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};

        zoned::<DateTime<Utc>>();
        zoned::<DateTime<FixedOffset>>();
        with_offset::<DateTime<FixedOffset>>();
        local::<NaiveDateTime>();
        date::<NaiveDate>();
        time::<NaiveTime>();
        duration::<TimeDelta>();

        // The bare types are written by the crate.
        table::<DateTime<FixedOffset>>(
            &json!({"type": "string", "format": "date-time"}),
            &[
                ("2026-03-01T12:30:00.250Z", Good("2026-03-01T12:30:00.250Z")),
                (
                    "2026-03-01T12:30:00+02:00",
                    Good("2026-03-01T12:30:00+02:00"),
                ),
            ],
        );
        table::<DateTime<Utc>>(
            &json!({"type": "string", "format": "date-time"}),
            &[("2026-03-01T12:30:00+02:00", Good("2026-03-01T10:30:00Z"))],
        );
        table::<NaiveDate>(
            &json!({"type": "string", "format": "date"}),
            &[("2026-03-01", Good("2026-03-01"))],
        );
    }

    #[cfg(feature = "jiff")]
    #[test]
    fn of_jiff() {
        use jiff::{SignedDuration, Timestamp, Zoned, civil};

        zoned::<Timestamp>();
        zoned::<Zoned>();
        with_offset::<Zoned>();
        local::<civil::DateTime>();
        date::<civil::Date>();
        time::<civil::Time>();
        duration::<SignedDuration>();
        table::<Timestamp>(
            &json!({"type": "string", "format": "date-time"}),
            &[("2026-03-01T12:30:00+02:00", Good("2026-03-01T10:30:00Z"))],
        );
        table::<SignedDuration>(
            &json!({"type": "string", "format": "duration"}),
            &[("P1DT2H", Good("PT26H"))],
        );
    }

    #[cfg(feature = "time")]
    #[test]
    fn of_time() {
        use ::time::{Date, Duration, OffsetDateTime, PrimitiveDateTime, Time, UtcDateTime};

        zoned::<UtcDateTime>();
        zoned::<OffsetDateTime>();
        with_offset::<OffsetDateTime>();
        local::<PrimitiveDateTime>();
        date::<Date>();
        time::<Time>();
        duration::<Duration>();
        assert!(
            from_json::<Iso8601<UtcDateTime>>(br#""0000-01-01T00:00:00+01:00""#).is_ok(),
            "years before the first are kept"
        );
    }
}
