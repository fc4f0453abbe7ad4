//! Conversions of ordered JSON from and to Rust values, and comparisons with them.

use std::borrow::Cow;

use serde_json::{Number, Value};

use super::{Members, OrderedJson};

macro_rules! scalars {
    ($($variant:ident($wide:ty) of $($kind:ty)*;)*) => {$($(
        impl From<$kind> for OrderedJson {
            fn from(value: $kind) -> Self {
                Self::$variant(value.into())
            }
        }

        impl PartialEq<$kind> for OrderedJson {
            fn eq(&self, other: &$kind) -> bool {
                matches!(self, Self::$variant(own) if *own == <$wide>::from(*other))
            }
        }
    )*)*};
}

scalars! {
    Bool(bool) of bool;
    Integer(i128) of i8 i16 i32 i64 i128 u8 u16 u32 u64;
    Float(f64) of f32 f64;
}

impl From<usize> for OrderedJson {
    fn from(value: usize) -> Self {
        // No platform has more than 64 bits.
        Self::from(value as u64)
    }
}

impl PartialEq<usize> for OrderedJson {
    fn eq(&self, other: &usize) -> bool {
        *self == *other as u64
    }
}

macro_rules! texts {
    ($($kind:ty)*) => {$(
        impl From<$kind> for OrderedJson {
            fn from(text: $kind) -> Self {
                Self::String(text.into())
            }
        }

        impl PartialEq<$kind> for OrderedJson {
            fn eq(&self, other: &$kind) -> bool {
                *self == **other
            }
        }
    )*};
}

texts! { &str &String String Cow<'_, str> }

impl PartialEq<str> for OrderedJson {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == Some(other)
    }
}

impl From<Members> for OrderedJson {
    fn from(members: Members) -> Self {
        Self::Object(members)
    }
}

impl<T: Into<Self>> From<Option<T>> for OrderedJson {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl<T: Into<Self>> From<Vec<T>> for OrderedJson {
    fn from(items: Vec<T>) -> Self {
        items.into_iter().collect()
    }
}

impl<T: Into<Self>, const N: usize> From<[T; N]> for OrderedJson {
    fn from(items: [T; N]) -> Self {
        items.into_iter().collect()
    }
}

impl<T: Into<Self> + Clone> From<&[T]> for OrderedJson {
    fn from(items: &[T]) -> Self {
        items.iter().cloned().collect()
    }
}

impl<T: Into<Self>> FromIterator<T> for OrderedJson {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Self::Array(items.into_iter().map(Into::into).collect())
    }
}

/// Keeps the order that the value has: that of the keys, unless the program turns on `preserve_order` of `serde_json`.
impl From<Value> for OrderedJson {
    fn from(value: Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(boolean) => Self::Bool(boolean),
            Value::Number(number) => of_number(&number),
            Value::String(text) => Self::String(text),
            Value::Array(items) => items.into(),
            Value::Object(members) => {
                let members = members.into_iter();
                Self::Object(members.map(|(name, value)| (name, value.into())).collect())
            }
        }
    }
}

fn of_number(number: &Number) -> OrderedJson {
    match (number.as_i128(), number.as_f64()) {
        (Some(integer), _) => OrderedJson::Integer(integer),
        (None, Some(float)) => OrderedJson::Float(float),
        (None, None) => OrderedJson::String(number.to_string()),
    }
}

impl From<OrderedJson> for Value {
    fn from(value: OrderedJson) -> Self {
        match value {
            OrderedJson::Null => Self::Null,
            OrderedJson::Bool(boolean) => Self::Bool(boolean),
            OrderedJson::Integer(integer) => {
                let number = Number::from_i128(integer);
                number.map_or_else(|| nearest(integer), Self::Number)
            }
            OrderedJson::Float(float) => float.into(),
            OrderedJson::String(text) => Self::String(text),
            OrderedJson::Array(items) => items.into_iter().map(Self::from).collect(),
            OrderedJson::Object(members) => members.into_iter().collect(),
        }
    }
}

/// `serde_json` has no integers beyond 64 bits.
#[expect(
    clippy::cast_precision_loss,
    reason = "the nearest value that there is"
)]
fn nearest(integer: i128) -> Value {
    (integer as f64).into()
}

impl PartialEq<Value> for OrderedJson {
    fn eq(&self, other: &Value) -> bool {
        match (self, other) {
            (Self::Null, Value::Null) => true,
            (Self::Bool(one), Value::Bool(other)) => one == other,
            (Self::Integer(_) | Self::Float(_), Value::Number(other)) => *self == of_number(other),
            (Self::String(one), Value::String(other)) => one == other,
            (Self::Array(one), Value::Array(other)) => one == other,
            (Self::Object(one), Value::Object(other)) => {
                let is_same = |(name, value): (&String, &Self)| {
                    other.get(name).is_some_and(|other| value == other)
                };
                one.len() == other.len() && one.iter().all(is_same)
            }
            _ => false,
        }
    }
}

impl PartialEq<OrderedJson> for Value {
    fn eq(&self, other: &OrderedJson) -> bool {
        other == self
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::OrderedJson;

    #[test]
    fn values_are_converted_and_compared() {
        let value = json!({
            "a": [null, true, -1, u64::MAX, 0.5, "x"], "b": {}, "c": [1.0],
        });
        let ordered = OrderedJson::from(value.clone());
        assert_eq!(ordered, value);
        assert_eq!(value, ordered);
        assert_eq!(Value::from(ordered.clone()), value);
        for other in [
            json!({"a": 1}),
            json!({"a": value["a"], "b": {}, "d": [1.0]}),
        ] {
            assert_ne!(ordered, other);
            assert_ne!(ordered, OrderedJson::from(other));
        }
        assert_ne!(OrderedJson::from(1), json!(1.0));
    }

    #[test]
    fn the_tests_run_without_the_order_of_serde_json() {
        // With it, they would not detect a document that is built from a `Value`.
        let value = json!({"b": 1, "a": 2});
        assert_eq!(value.to_string(), r#"{"a":2,"b":1}"#);
        let ordered: OrderedJson = r#"{"b":1,"a":2}"#.parse().expect("JSON");
        assert_eq!(ordered.to_string(), r#"{"b":1,"a":2}"#);
    }

    #[test]
    fn integers_beyond_64_bits_are_kept() {
        let wide = OrderedJson::from(i128::MIN);
        assert_eq!(wide.to_string(), i128::MIN.to_string());
        assert_eq!(Value::from(wide), json!(-1.701_411_834_604_692_3e38));
    }
}
