//! Value types beyond the basic ones: each is compared with a table of texts, and with an independent validator of its format.

#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
mod bounds;
#[cfg(feature = "rust_decimal")]
mod decimals;
mod keys;
mod objects;
#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
mod temporal;

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::fmt::Debug;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::num::NonZeroU8;
use std::sync::Arc;

use avocet::input::{FromText, Input, from_json};
use avocet::model::{Model, Schemas, Side};
use avocet::read::{Location, ValidationErrors};
use avocet::rules::{MaxItems, MinItems, MinLength, Rules};
use avocet::types::{Email, Secret};
use serde::Serialize;
use serde_json::{Value, json};

/// The expected result of a text.
#[allow(dead_code, reason = "some are of rows that stand behind a feature")]
enum Fate {
    /// Valid in the format; serialized as this text.
    Good(&'static str),
    /// A different spelling that Pydantic accepts; serialized as this text.
    Lenient(&'static str),
    /// Not in the format, accepted by Pydantic; serialized as this text.
    Beyond(&'static str),
    /// Not valid in the format; rejected with this code.
    Bad(&'static str),
    /// Valid in the format, and still rejected; rejected with this code.
    Rejected(&'static str),
}

use Fate::{Bad, Beyond, Good, Lenient, Rejected};

fn schema_of<T: Model>(side: Side) -> Value {
    let mut schemas = Schemas::new(side);
    T::schema(&mut schemas).to_json(&schemas.own_names()).into()
}

fn judge(schema: &Value) -> jsonschema::Validator {
    jsonschema::options()
        .should_validate_formats(true)
        .build(schema)
        .expect("it is a schema")
}

#[track_caller]
fn kinds_of(errors: &ValidationErrors) -> Vec<String> {
    errors.iter().map(|it| it.kind().to_owned()).collect()
}

/// Checks that every text reads the same from JSON and from a parameter, and that the output is valid in the format.
#[track_caller]
fn table<T: Input + FromText + Serialize + Debug>(schema: &Value, rows: &[(&str, Fate)]) {
    assert_eq!(schema_of::<T>(Side::Input), *schema);
    let reads = judge(schema);
    let responses = judge(&schema_of::<T>(Side::Output));
    for (text, fate) in rows {
        let sent = json!(text);
        let read: Result<T, _> = from_json(sent.to_string().as_bytes());
        let mut errors = ValidationErrors::default();
        let parameter = T::from_text(text, &Location::root("query"), &Rules::NONE, &mut errors);
        let is_of_the_format = reads.is_valid(&sent);
        match fate {
            Good(response) | Lenient(response) | Beyond(response) => {
                let read = read.unwrap_or_else(|errors| panic!("{text:?}: {errors:?}"));
                let written = serde_json::to_value(&read).expect("it is JSON");
                assert_eq!(written, json!(response), "{text:?}");
                let is_of_its_format = responses.is_valid(&written);
                assert_eq!(is_of_its_format, !matches!(fate, Beyond(_)), "{written}");
                let parameter = parameter.unwrap_or_else(|_| panic!("{text:?}: {errors:?}"));
                assert_eq!(
                    serde_json::to_value(parameter).expect("it is JSON"),
                    written
                );
                assert_eq!(is_of_the_format, matches!(fate, Good(_)), "{text:?}");
            }
            Bad(kind) | Rejected(kind) => {
                assert!(parameter.is_err(), "{text:?} was taken as a parameter");
                assert_eq!(kinds_of(&errors), [*kind], "{text:?}");
                let errors = read.err().unwrap_or_else(|| panic!("{text:?} was taken"));
                assert_eq!(kinds_of(&errors), [*kind], "{text:?}");
                assert_eq!(is_of_the_format, matches!(fate, Rejected(_)), "{text:?}");
                let shown =
                    serde_json::to_string(errors.iter().next().expect("one")).expect("JSON");
                assert!(
                    text.len() < 8 || !shown.contains(text),
                    "{shown} shows {text:?}"
                );
            }
        }
    }
}

/// Checks that values other than strings have a separate code and are skipped completely.
#[track_caller]
fn is_not_text<T: Input + Debug>(kind: &str) {
    for other in ["5", "true", "null", "[[1]]", r#"{"a": 1}"#] {
        let errors = from_json::<(T, u8)>(format!("[{other}, -1]").as_bytes()).expect_err(other);
        assert_eq!(kinds_of(&errors), [kind, "greater_than_equal"], "{other}");
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
            ("Ada <ada@example.com>", Rejected("value_error")),
            ("ada@example.c\u{f6}m", Bad("value_error")),
            ("ada@localhost", Rejected("value_error")),
            ("\"a d\"@example.com", Rejected("value_error")),
            ("ada@[127.0.0.1]", Rejected("value_error")),
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
    use avocet::types::HttpUrl;

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
        ("http://", Rejected("url_parsing")),
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
            ("ftp://example.com/", Rejected("url_scheme")),
            ("mailto:ada@example.com", Rejected("url_scheme")),
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
    use avocet::types::Base64;

    table::<Base64>(
        &json!({"type": "string", "format": "base64"}),
        &[
            ("aGVsbG8gd29ybGQ=", Good("aGVsbG8gd29ybGQ=")),
            ("", Good("")),
            ("+/+/", Good("+/+/")),
            // JSON Schema does not define this format, so the validator accepts any text.
            ("a!", Rejected("base64_decode")),
            ("aGVsbG8", Rejected("base64_decode")),
            ("aGVsbG9=", Rejected("base64_decode")),
            ("aGVs bG8=", Rejected("base64_decode")),
            ("-_-_", Rejected("base64_decode")),
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

    let mut errors = ValidationErrors::default();
    let short = Secret::<String>::from_text("psst", &Location::root("query"), &LONG, &mut errors);
    assert!(short.is_err());
    let error = errors.iter().next().expect("it is too short");
    assert_eq!(error.kind(), "string_too_short");
    assert_eq!(error.message(), "String should have at least 6 characters");
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
        ("-1", "greater_than_equal"),
        ("1.5", "int_type"),
    ] {
        let errors = from_json::<NonZeroU8>(text.as_bytes()).expect_err(text);
        assert_eq!(kinds_of(&errors), [kind], "{text}");
    }
}

#[test]
fn sets() {
    static FEW: Rules = Rules::own(&[&MinItems(2), &MaxItems(3)]);

    fn read<T: Input>(text: &str) -> Result<T, ValidationErrors> {
        let mut reader = avocet::read::Reader::new(text);
        T::read(&mut reader, &Location::root("body"), &FEW).map_err(|_| reader.errors().clone())
    }

    assert_eq!(
        schema_of::<BTreeSet<u8>>(Side::Output),
        json!({
            "type": "array", "uniqueItems": true,
            "items": {"type": "integer", "format": "uint8", "minimum": 0, "maximum": 255},
        })
    );
    let set: BTreeSet<String> = read(r#"["b", "a", "c"]"#).expect("they differ");
    assert_eq!(json!(set), json!(["a", "b", "c"]));

    let messages = |errors: &ValidationErrors| -> Vec<String> {
        errors.iter().map(ToString::to_string).collect()
    };
    let equal = "body: Set should have unique items after validation, but items 0 and 1 are equal";
    for repeated in ["[1, 1]", "[1, 1.0]", "[1, 1, 2]"] {
        let errors = read::<HashSet<u8>>(repeated).expect_err(repeated);
        assert_eq!(messages(&errors), [equal], "{repeated}");
    }
    let few = read::<HashSet<u8>>("[1]").expect_err("it is one");
    assert_eq!(
        messages(&few),
        ["body: Set should have at least 2 items after validation, not 1"]
    );
    let many = read::<HashSet<u8>>("[1, 2, 3, 4]").expect_err("four are left");
    assert_eq!(
        messages(&many),
        ["body: Set should have at most 3 items after validation, not more"]
    );
    let many = read::<BTreeSet<u8>>("[1, 1, 2, 3]").expect_err("four were sent");
    assert_eq!(messages(&many).len(), 1);
    let wrong = read::<HashSet<u8>>(r#"[1, "2", 3]"#).expect_err("one is no number");
    assert_eq!(
        messages(&wrong),
        ["body[1]: Input should be a valid integer"]
    );
    is_not_a_set::<HashSet<u8>>();
    is_not_a_set::<BTreeSet<u8>>();
}

fn is_not_a_set<T: Input + Debug>() {
    for other in [r#""a""#, "1", "{}"] {
        let errors = from_json::<T>(other.as_bytes()).expect_err(other);
        assert_eq!(kinds_of(&errors), ["set_type"], "{other}");
    }
}
