//! Writes JSON that matches the document.
//!
//! `serde_json` writes `null` for a float that is not finite, where the document promises a number. Here such a float is
//! an error with its location. The serializer in [`floats`] wraps `serde_json`'s and detects it.

mod floats;
mod trace;

use serde::Serialize;
use serde::ser::Error;

pub(crate) use floats::NullNotFinite;
use floats::{Floats, WatchedSocket};
use trace::Trace;

/// Appends a value's JSON to a text. After an error the text contains a part of it.
pub(crate) fn json<T: Serialize + ?Sized>(
    text: &mut Vec<u8>,
    value: &T,
) -> Result<(), serde_json::Error> {
    finite(|trace| serde_json::to_writer(text, &WatchedSocket(value, trace)))
}

/// Returns a value's JSON as a string.
pub(crate) fn to_string<T: Serialize + ?Sized>(value: &T) -> Result<String, serde_json::Error> {
    finite(|trace| serde_json::to_string(&WatchedSocket(value, trace)))
}

fn finite<T>(
    write: impl FnOnce(&Trace) -> Result<T, serde_json::Error>,
) -> Result<T, serde_json::Error> {
    let trace = Trace::default();
    write(&trace).map_err(|error| match trace.message() {
        Some(message) => serde_json::Error::custom(message),
        None => error,
    })
}

/// A float that is not finite is an error.
impl Floats for &Trace {
    fn not_finite<S: serde::Serializer>(self, number: f64, _: S) -> Result<S::Ok, S::Error> {
        self.found(number);
        Err(S::Error::custom("a number is not finite"))
    }

    fn failed_in(self, segment: impl FnOnce() -> String) {
        self.inside(segment);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Serialize;

    use super::NullNotFinite;

    #[derive(Serialize)]
    struct Point {
        x: f64,
        #[serde(flatten)]
        rest: Rest,
    }

    #[derive(Serialize)]
    struct Rest {
        y: Option<f32>,
        path: Vec<(u8, f32)>,
        by_name: BTreeMap<String, Form>,
    }

    #[derive(Serialize)]
    enum Form {
        Unit,
        New(f32),
        Pair(f32, f64),
        Named { r: f64 },
    }

    fn point() -> Point {
        let by_name = [
            ("unit", Form::Unit),
            ("new", Form::New(1.5)),
            ("pair", Form::Pair(0.1, 0.1)),
            ("named", Form::Named { r: -0.0 }),
        ];
        Point {
            x: 1e300,
            rest: Rest {
                y: None,
                path: vec![(1, 0.1), (2, f32::MAX)],
                by_name: by_name.map(|(name, form)| (name.to_owned(), form)).into(),
            },
        }
    }

    fn text<T: Serialize>(value: &T) -> Result<String, String> {
        let mut text = Vec::new();
        super::json(&mut text, value).map_err(|error| error.to_string())?;
        Ok(String::from_utf8(text).expect("UTF-8"))
    }

    #[track_caller]
    fn rejected<T: Serialize>(value: &T, location: &str, number: &str) {
        let message = text(value).expect_err("it is not finite");
        let told = format!("`{location}` is {number}, ");
        assert!(message.starts_with(&told), "{message}");
        assert_eq!(
            super::to_string(value)
                .expect_err("it is not finite")
                .to_string(),
            message
        );
    }

    #[test]
    fn what_is_finite_is_written_as_serde_json_writes_it() {
        let point = point();
        assert_eq!(
            text(&point),
            Ok(serde_json::to_string(&point).expect("JSON"))
        );
        assert_eq!(
            text(&NullNotFinite(&point)),
            Ok(serde_json::to_string(&point).expect("JSON"))
        );
        let raw = serde_json::value::to_value(i128::from(u64::MAX)).expect("JSON");
        assert_eq!(
            text(&(raw, i128::MIN, u128::MAX, 'x', (), "é\n")),
            Ok(
                serde_json::to_string(&(u64::MAX, i128::MIN, u128::MAX, 'x', (), "é\n"))
                    .expect("JSON")
            )
        );
    }

    #[test]
    fn what_is_not_finite_is_an_error_at_its_location() {
        rejected(&f32::NAN, "response", "NaN");
        rejected(&Some(f64::NEG_INFINITY), "response", "-inf");
        rejected(
            &vec![vec![1.0], vec![1.0, f64::INFINITY]],
            "response[1][1]",
            "inf",
        );
        rejected(&BTreeMap::from([("a", f32::NAN)]), "response.*", "NaN");
        rejected(
            &Point {
                x: f64::NAN,
                ..point()
            },
            "response.x",
            "NaN",
        );
        let mut broken = point();
        broken.rest.y = Some(f32::NAN);
        rejected(&broken, "response.y", "NaN");
        let mut broken = point();
        broken.rest.path[1].1 = f32::INFINITY;
        rejected(&broken, "response.path[1][1]", "inf");
        for (form, location) in [
            (Form::New(f32::NAN), "response.New"),
            (Form::Pair(0.0, f64::NAN), "response.Pair[1]"),
            (Form::Named { r: f64::NAN }, "response.Named.r"),
        ] {
            rejected(&form, location, "NaN");
        }
    }

    #[test]
    fn or_null_where_that_was_asked_for() {
        assert_eq!(
            text(&NullNotFinite(&vec![Some(f32::NAN), None, Some(1.0)])),
            Ok("[null,null,1.0]".to_owned())
        );
        let mut broken = point();
        broken.x = f64::INFINITY;
        broken.rest.path[0].1 = f32::NAN;
        assert_eq!(
            text(&NullNotFinite(&broken)),
            Ok(serde_json::to_string(&broken).expect("JSON"))
        );
    }
}
