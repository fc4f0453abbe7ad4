//! Ordered JSON as text.

use std::fmt;
use std::str::FromStr;

use serde::ser::{Error as _, Serialize, Serializer};

use super::{
    DEFAULT_DEPTH, Failure, Kind, Location, NumberText, Reader, ValidationError, ValidationErrors,
    whole,
};
use crate::model::{Members, OrderedJson};
use crate::write;

impl OrderedJson {
    /// Converts a value, whose structs keep the order of their fields.
    ///
    /// # Errors
    /// If it cannot be serialized, or contains a float that is not finite or an integer beyond `i128`.
    pub(crate) fn of<T: Serialize + ?Sized>(value: &T) -> Result<Self, serde_json::Error> {
        let text = write::to_string(value)?;
        // The value limits the depth, because serializing it recurses too.
        Self::from_text(&text, usize::MAX).map_err(serde_json::Error::custom)
    }

    fn from_text(text: &str, depth: usize) -> Result<Self, ValidationErrors> {
        let at = Location::root("value");
        whole(text.as_bytes(), &at, depth, |reader| {
            Self::read(reader, &|_, reader| {
                let message =
                    "Input should be a number in the range of a 64-bit float or a 128-bit integer";
                Err(reader.error(&at, ValidationError::new("number_out_of_range", message)))
            })
        })
    }

    /// Reads a value with the reader that reads requests: the last of repeated members counts. `other` converts a number
    /// that is out of range.
    pub(crate) fn read(
        reader: &mut Reader<'_>,
        other: &dyn Fn(&str, &mut Reader<'_>) -> Result<Self, Failure>,
    ) -> Result<Self, Failure> {
        Ok(match reader.peek()? {
            Kind::Null => reader.null().map(|()| Self::Null)?,
            Kind::Boolean => reader.boolean()?.into(),
            Kind::Number => {
                let number = reader.number()?;
                match of_number(&number) {
                    Some(number) => number,
                    None => other(number.as_str(), reader)?,
                }
            }
            Kind::String => reader.text()?.into(),
            Kind::Array => {
                reader.begin_array()?;
                let mut items = Vec::new();
                while reader.next_item(items.is_empty())? {
                    items.push(Self::read(reader, other)?);
                }
                Self::Array(items)
            }
            Kind::Object => {
                let mut object = reader.begin_map()?;
                let mut members = Members::new();
                while let Some(key) = reader.next_key(&mut object)? {
                    members.insert(key.into_owned(), Self::read(reader, other)?);
                }
                Self::Object(members)
            }
        })
    }
}

/// Converts a number, unless it is out of range. `-0` is a float, as for `serde_json`.
fn of_number(number: &NumberText<'_>) -> Option<OrderedJson> {
    let spelling = number.as_str();
    let is_integer = !spelling.contains(['.', 'e', 'E']) && spelling != "-0";
    if is_integer {
        return spelling.parse().ok().map(OrderedJson::Integer);
    }
    let float = number.to_f64();
    float.is_finite().then_some(OrderedJson::Float(float))
}

/// Reads JSON, nested up to 128 levels.
impl FromStr for OrderedJson {
    type Err = ValidationErrors;

    fn from_str(text: &str) -> Result<Self, ValidationErrors> {
        Self::from_text(text, DEFAULT_DEPTH)
    }
}

impl Serialize for OrderedJson {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(boolean) => serializer.serialize_bool(*boolean),
            // 64 bits first: not every serializer has more.
            Self::Integer(integer) => match (i64::try_from(*integer), u64::try_from(*integer)) {
                (Ok(integer), _) => serializer.serialize_i64(integer),
                (_, Ok(integer)) => serializer.serialize_u64(integer),
                _ => serializer.serialize_i128(*integer),
            },
            Self::Float(float) => serializer.serialize_f64(*float),
            Self::String(text) => serializer.serialize_str(text),
            Self::Array(items) => serializer.collect_seq(items),
            Self::Object(members) => serializer.collect_map(members),
        }
    }
}

/// Writes JSON without spaces, and with `{:#}` in lines.
impl fmt::Display for OrderedJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = if f.alternate() {
            serde_json::to_string_pretty(self)
        } else {
            serde_json::to_string(self)
        };
        f.write_str(&text.map_err(|_| fmt::Error)?)
    }
}

#[cfg(test)]
mod tests {
    use serde::Serialize;

    use super::OrderedJson;

    #[derive(Serialize)]
    struct Point {
        y: f64,
        x: f32,
        wide: u128,
    }

    #[test]
    fn structs_keep_the_order_of_their_fields() {
        let mut point = Point {
            y: 0.300_000_000_000_000_04,
            x: 0.1,
            wide: u128::from(u64::MAX) + 1,
        };
        let text = r#"{"y":0.30000000000000004,"x":0.1,"wide":18446744073709551616}"#;
        let ordered = OrderedJson::of(&point).expect("JSON");
        assert_eq!(ordered.to_string(), text);
        assert_eq!(text.parse(), Ok(ordered));

        point.wide = u128::MAX;
        assert!(OrderedJson::of(&point).is_err());
        point.wide = 0;
        point.y = f64::NAN;
        assert!(OrderedJson::of(&point).is_err());
    }

    #[test]
    fn texts_are_read_in_order() {
        let check = |text: &str, expected: &str| {
            let read: OrderedJson = text.parse().expect("JSON");
            assert_eq!(read.to_string(), expected);
        };
        check(r#" {"b": 1, "a": [], "b": 2} "#, r#"{"b":2,"a":[]}"#);
        check(
            r#"[null, true, -0, 1.50, 1e2, "x\n"]"#,
            r#"[null,true,-0.0,1.5,100.0,"x\n"]"#,
        );
        for wrong in ["", "{", "1e999", "[1] 2"] {
            assert!(wrong.parse::<OrderedJson>().is_err(), "{wrong}");
        }
        let pretty = format!("{:#}", OrderedJson::from([1]));
        assert_eq!(pretty, "[\n  1\n]");
    }
}
