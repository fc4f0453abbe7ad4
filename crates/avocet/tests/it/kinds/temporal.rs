//! Dates and times: the rows that the types of every crate read alike, serialized in the format of `Iso8601`.

use avocet::types::Iso8601;

use super::*;

const DATE_TIME: &str = "datetime_from_date_parsing";

fn zoned<T>()
where
    Iso8601<T>: Input + FromText + Serialize + Debug,
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

/// Checks the types that keep the sent offset.
fn with_offset<T>()
where
    Iso8601<T>: Input + FromText + Serialize + Debug,
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
    Iso8601<T>: Input + FromText + Serialize + Debug,
{
    // JSON Schema does not define the format, so the validator accepts any text.
    table::<Iso8601<T>>(
        &json!({"type": "string", "format": "date-time-local"}),
        &[
            ("2026-03-01T12:30:00", Good("2026-03-01T12:30:00")),
            ("2026-03-01", Good("2026-03-01T00:00:00")),
            ("2026-03-01T12:30:00Z", Rejected("timezone_naive")),
            ("2026-03-01T12", Rejected(DATE_TIME)),
        ],
    );
    is_not_text::<Iso8601<T>>("datetime_type");
}

fn date<T>()
where
    Iso8601<T>: Input + FromText + Serialize + Debug,
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
    Iso8601<T>: Input + FromText + Serialize + Debug,
{
    // JSON Schema's `time` has a zone, which the crates' time-of-day types lack.
    let described = json!({"type": "string", "format": "time-local"});
    assert_eq!(schema_of::<Iso8601<T>>(Side::Input), described);
    assert_eq!(schema_of::<Iso8601<T>>(Side::Output), described);
    for (text, written) in [
        ("08:15:00", "08:15:00"),
        ("08:15", "08:15:00"),
        ("23:59:59.5", "23:59:59.500000"),
        ("23:59:59.000000001", "23:59:59.000000001"),
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
        let errors = from_json::<Iso8601<T>>(json!(text).to_string().as_bytes()).expect_err(text);
        assert_eq!(kinds_of(&errors), [kind], "{text}");
    }
    is_not_text::<Iso8601<T>>("time_type");
}

fn duration<T>()
where
    Iso8601<T>: Input + FromText + Serialize + Debug,
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
            ("P99999999999D", Rejected(PARSING)),
        ],
    );
    is_not_text::<Iso8601<T>>("time_delta_type");
    parameters::<Iso8601<T>>(&[("90", "PT1M30S"), ("-1.5", "-PT1.5S")]);
}

/// Checks numbers, which only parameters accept.
#[track_caller]
fn parameters<T: Input + FromText + Serialize + Debug>(rows: &[(&str, &str)]) {
    for (text, written) in rows {
        let mut errors = ValidationErrors::default();
        let read = T::from_text(text, &Location::root("query"), &Rules::NONE, &mut errors);
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

    // The crate serializes the bare types.
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
