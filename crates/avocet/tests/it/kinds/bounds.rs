//! Bounds on dates, times and durations, and times with an offset.

use avocet::rules::{Bound, Comparison};
use avocet::types::{Iso8601, OffsetTime};

use super::*;

/// Checks the validation errors of a value outside a bound, for each comparison.
#[track_caller]
fn beyond<T: Input + FromText + Debug>(
    bound: &'static str,
    below: &str,
    at: &str,
    above: &str,
    words: &str,
) {
    use Comparison::{Ge, Gt, Le, Lt};
    let rows = [
        (
            Ge,
            "ge",
            "greater_than_equal",
            "greater than or equal to",
            [false, true, true],
        ),
        (
            Gt,
            "gt",
            "greater_than",
            "greater than",
            [false, false, true],
        ),
        (
            Le,
            "le",
            "less_than_equal",
            "less than or equal to",
            [true, true, false],
        ),
        (Lt, "lt", "less_than", "less than", [true, false, false]),
    ];
    for (comparison, word, code, sentence, fates) in rows {
        let rules: &'static Bound = Box::leak(Box::new(Bound {
            comparison,
            value: bound,
        }));
        let own: &'static [&'static dyn avocet::rules::Rule] = Box::leak(Box::new([rules as _]));
        let rules = Rules::own(own);
        for (text, is_good) in [below, at, above].into_iter().zip(fates) {
            let json = json!(text).to_string();
            let location = Location::root("body");
            let mut reader = avocet::read::Reader::new(&json);
            let of_json = T::read(&mut reader, &location, &rules);
            let mut errors = ValidationErrors::default();
            let of_text = T::from_text(text, &location, &rules, &mut errors);
            assert_eq!(of_json.is_ok(), is_good, "{text} {word} {bound}");
            assert_eq!(of_text.is_ok(), is_good, "{text} {word} {bound}");
            if is_good {
                continue;
            }
            for found in [&errors, reader.errors()] {
                let error = found.iter().next().expect("it is beyond the bound");
                assert_eq!(error.kind(), code);
                assert_eq!(
                    error.message(),
                    format!("Input should be {sentence} {words}")
                );
                assert_eq!(json!(error)["ctx"], json!({word: words}));
            }
        }
    }
}

fn dates<T>()
where
    T: Input + FromText + Debug,
{
    beyond::<T>(
        "2020-03-01",
        "2020-02-29",
        "2020-03-01",
        "2020-03-02",
        "2020-03-01",
    );
    beyond::<T>(
        "2000-01-01",
        "1999-12-31",
        "2000-01-01",
        "2001-01-01",
        "2000-01-01",
    );
}

fn zoned<T>()
where
    T: Input + FromText + Debug,
{
    let bound = "2020-01-01T00:00:00Z";
    beyond::<T>(
        bound,
        "2020-01-01T00:30:00+01:00",
        "2019-12-31T19:00:00-05:00",
        "2019-12-31T23:30:00-01:00",
        bound,
    );
    let bound = "2020-01-01T00:00:00.500000+02:00";
    beyond::<T>(
        bound,
        "2019-12-31T22:00:00.499999Z",
        "2019-12-31T22:00:00.5Z",
        "2019-12-31T22:00:00.500001Z",
        bound,
    );
}

fn local<T>()
where
    T: Input + FromText + Debug,
{
    let bound = "2020-01-01T12:00:00";
    beyond::<T>(
        bound,
        "2020-01-01",
        "2020-01-01T12:00",
        "2020-01-01T12:00:00.000001",
        bound,
    );
}

fn times<T>()
where
    T: Input + FromText + Debug,
{
    beyond::<T>(
        "12:00:00",
        "11:59:59.9",
        "12:00",
        "12:00:00.000001",
        "12:00:00",
    );
}

fn durations<T>()
where
    T: Input + FromText + Debug,
{
    beyond::<T>(
        "PT26H",
        "PT25H59M59S",
        "P1DT2H",
        "P1DT2H0.000001S",
        "1 day and 2 hours",
    );
    beyond::<T>(
        "PT61.5S",
        "PT1M",
        "00:01:01.5",
        "PT2M",
        "1 minute and 1 second and 500000 microseconds",
    );
}

#[test]
fn values_are_compared_as_temporal() {
    #[cfg(feature = "chrono")]
    {
        use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
        dates::<NaiveDate>();
        zoned::<DateTime<Utc>>();
        zoned::<DateTime<FixedOffset>>();
        local::<NaiveDateTime>();
        times::<NaiveTime>();
        durations::<Iso8601<TimeDelta>>();
    }
    #[cfg(feature = "jiff")]
    {
        use jiff::{SignedDuration, Timestamp, Zoned, civil};
        dates::<civil::Date>();
        zoned::<Timestamp>();
        zoned::<Iso8601<Zoned>>();
        local::<civil::DateTime>();
        times::<civil::Time>();
        durations::<SignedDuration>();
    }
    #[cfg(feature = "time")]
    {
        dates::<Iso8601<time::Date>>();
        zoned::<Iso8601<time::OffsetDateTime>>();
        local::<Iso8601<time::PrimitiveDateTime>>();
        times::<Iso8601<time::Time>>();
        durations::<Iso8601<time::Duration>>();
    }
    durations::<Iso8601<std::time::Duration>>();
}

#[test]
fn the_standard_duration_has_no_sign() {
    type Lasted = Iso8601<std::time::Duration>;
    let lasted: Lasted = from_json(br#""PT1H0.5S""#).expect("it is a duration");
    assert_eq!(lasted.as_millis(), 3_600_500);
    assert_eq!(json!(lasted), "PT1H0.5S");
    let errors = from_json::<Lasted>(br#""-PT1S""#).expect_err("it is negative");
    assert_eq!(kinds_of(&errors), ["time_delta_parsing"]);
}

fn offset_times<T>()
where
    OffsetTime<T>: Input + FromText + Serialize + Debug,
{
    table::<OffsetTime<T>>(
        &json!({"type": "string", "format": "time"}),
        &[
            ("08:15:00Z", Good("08:15:00Z")),
            ("08:15:00+02:00", Good("08:15:00+02:00")),
            ("08:15:00.25-05:30", Good("08:15:00.250000-05:30")),
            ("08:15:00+00:00", Good("08:15:00Z")),
            ("08:15Z", Lenient("08:15:00Z")),
            ("08:15:00", Bad("timezone_aware")),
            ("25:00:00Z", Bad("time_parsing")),
            ("08:15:00+24:00", Bad("time_parsing")),
            ("noon", Bad("time_parsing")),
            ("", Bad("time_parsing")),
        ],
    );
    is_not_text::<OffsetTime<T>>("time_type");
    beyond::<OffsetTime<T>>(
        "12:00:00Z",
        "12:30:00+01:00",
        "13:00:00+01:00",
        "12:00:00-00:30",
        "12:00:00Z",
    );
}

#[test]
fn times_with_an_offset() {
    #[cfg(feature = "chrono")]
    offset_times::<chrono::NaiveTime>();
    #[cfg(feature = "jiff")]
    offset_times::<jiff::civil::Time>();
    #[cfg(feature = "time")]
    offset_times::<time::Time>();
}

#[cfg(feature = "chrono")]
mod of_macros {
    use avocet::prelude::*;
    use avocet::testing::TestClient;
    use avocet::types::{Iso8601, OffsetTime};
    use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
    use serde_json::{Value, json};

    #[model]
    struct Since(#[field(ge = "2020-01-01")] NaiveDate);

    #[model]
    struct Booking {
        /// The first day.
        #[field(lt = "2030-01-01")]
        from: Since,
        #[field(gt = "2020-01-01T00:00:00Z", le = "2030-01-01T00:00:00Z")]
        at: Option<DateTime<Utc>>,
        #[field(ge = "08:00:00Z")]
        opens: OffsetTime<NaiveTime>,
        #[field(items(ge = "PT1M", le = "PT1H"), default)]
        pauses: Vec<Iso8601<std::time::Duration>>,
    }

    #[post("/bookings")]
    async fn book(#[body] booking: Booking, #[query(ge = "2020-01-01")] day: NaiveDate) -> u32 {
        let _ = day;
        u32::try_from(booking.pauses.len()).unwrap_or_default()
    }

    #[tokio::test]
    async fn bounds_hold_for_fields_items_newtypes_and_parameters() {
        let app = App::new("Bookings", "1")
            .routes(routes![book])
            .build()
            .expect("it has no mistake");
        let document = app.openapi().clone();
        let booking = &document["components"]["schemas"]["Booking"]["properties"];
        assert_eq!(
            booking["from"],
            json!({
                "$ref": "#/components/schemas/Since",
                "x-formatExclusiveMaximum": "2030-01-01",
                "description": "The first day.\n\nMust be less than 2030-01-01.",
            })
        );
        let at = &booking["at"]["anyOf"][0];
        assert_eq!(at["x-formatExclusiveMinimum"], "2020-01-01T00:00:00Z");
        assert_eq!(at["x-formatMaximum"], "2030-01-01T00:00:00Z");
        assert_eq!(booking["pauses"]["items"]["x-formatMinimum"], "PT1M");
        let client = TestClient::new(app);
        let sent = r#"{
            "from": "2019-12-31", "at": "2020-01-01T01:00:00+01:00", "opens": "08:00:00+00:30", "pauses": ["PT1M", "PT2H"]
        }"#;
        let response = client
            .post("/bookings?day=2019-12-31")
            .header("content-type", "application/json")
            .body(sent)
            .send()
            .await;
        let errors: Value = serde_json::from_str(&response.text().await).expect("it is JSON");
        let found: Vec<_> = errors["detail"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|error| {
                (
                    error["loc"].to_string(),
                    error["type"].as_str().unwrap_or_default().to_owned(),
                )
            })
            .collect();
        let expected = [
            (r#"["query","day"]"#, "greater_than_equal"),
            (r#"["body","from"]"#, "greater_than_equal"),
            (r#"["body","at"]"#, "greater_than"),
            (r#"["body","opens"]"#, "greater_than_equal"),
            (r#"["body","pauses",1]"#, "less_than_equal"),
        ];
        let found: Vec<_> = found.iter().map(|(loc, code)| (&**loc, &**code)).collect();
        assert_eq!(found, expected);
        let sent = json!({"from": "2029-12-31", "opens": "09:00:00Z"});
        let response = client
            .post("/bookings?day=2020-01-01")
            .json(&sent)
            .send()
            .await;
        assert_eq!(response.text().await, "0");
        let sent = json!({"from": "2030-01-01", "opens": "09:00:00Z"});
        let response = client
            .post("/bookings?day=2020-01-01")
            .json(&sent)
            .send()
            .await;
        assert!(
            response
                .text()
                .await
                .contains("Input should be less than 2030-01-01")
        );
    }

    #[model(input)]
    struct Wrong {
        #[field(ge = "2020-13-01")]
        day: Option<NaiveDate>,
        #[field(lt = "2020-01-01T00:00:00")]
        at: DateTime<Utc>,
        #[field(gt = "2019-01-01T10:00:00Z")]
        since: Since,
    }

    #[post("/wrong")]
    async fn wrong(#[body] wrong: Wrong, #[query(le = "noon")] time: NaiveTime) -> bool {
        let _ = (wrong.day, wrong.at, wrong.since, time);
        true
    }

    #[test]
    fn a_bound_that_is_of_another_type_is_a_mistake() {
        let error = App::new("Wrong", "1")
            .routes(routes![wrong])
            .build()
            .expect_err("mistakes");
        let mut mistakes: Vec<_> = error
            .mistakes()
            .iter()
            .map(|it| it.what().to_owned())
            .collect();
        mistakes.sort();
        assert_eq!(
            mistakes,
            [
                "`le = \"noon\"` is not a valid `time-local`",
                "in `Wrong`: `ge = \"2020-13-01\"` is not a valid `date`",
                "in `Wrong`: `gt = \"2019-01-01T10:00:00Z\"` is not a valid `date`",
                "in `Wrong`: `lt = \"2020-01-01T00:00:00\"` is not a valid `date-time`",
            ]
        );
    }

    #[model]
    struct Defaults {
        #[field(ge = "2020-01-01", default = NaiveDate::from_ymd_opt(2019, 12, 31).expect("a day"))]
        day: NaiveDate,
        #[field(lt = "2020-01-01T00:00:00Z", default = DateTime::from_timestamp(1_600_000_000, 0))]
        at: Option<DateTime<Utc>>,
        #[field(
            items(le = "PT1H"),
            default = vec![Iso8601(std::time::Duration::from_secs(60)), Iso8601(std::time::Duration::from_secs(7200))]
        )]
        pauses: Vec<Iso8601<std::time::Duration>>,
        #[field(gt = "2021-01-01", default = Since(NaiveDate::from_ymd_opt(2021, 1, 1).expect("a day")))]
        since: Since,
    }

    #[post("/defaults")]
    async fn defaults(
        #[body] defaults: Defaults,
        #[query(le = "12:00:00", default = NaiveTime::from_hms_opt(12, 30, 0).expect("a time"))]
        time: NaiveTime,
    ) -> bool {
        let _ = (
            defaults.day,
            defaults.at,
            defaults.pauses,
            defaults.since,
            time,
        );
        true
    }

    #[test]
    fn a_default_beyond_a_bound_is_a_mistake() {
        let error = App::new("Defaults", "1")
            .routes(routes![defaults])
            .build()
            .expect_err("mistakes");
        let mut mistakes: Vec<_> = error.mistakes().iter().map(avocet::Mistake::what).collect();
        mistakes.sort_unstable();
        let expected = [
            "in `Defaults`: the default violates a rule: at: Input should be less than 2020-01-01T00:00:00Z",
            "in `Defaults`: the default violates a rule: day: Input should be greater than or equal to 2020-01-01",
            "in `Defaults`: the default violates a rule: pauses[1]: Input should be less than or equal to 1 hour",
            "in `Defaults`: the default violates a rule: since: Input should be greater than 2021-01-01",
            "the default violates a rule: time: Input should be less than or equal to 12:00:00",
        ];
        assert_eq!(mistakes, expected);
    }
}
