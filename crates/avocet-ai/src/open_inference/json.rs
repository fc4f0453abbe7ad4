//! The JSON encoding of tensors: flat or nested arrays in row-major order.

use avocet::prelude::*;
use serde_json::Value;

use crate::tensor::{Datatype, TensorData};

/// The elements of a tensor, flat and in row-major order.
#[model(output, name = "OpenInferenceValues")]
#[serde(untagged)]
pub(super) enum Values {
    /// Of `BOOL`.
    Bool(Vec<bool>),
    /// Of the signed integers.
    Signed(Vec<i64>),
    /// Of the unsigned integers.
    Unsigned(Vec<u64>),
    /// Of `FP32`.
    Float(Vec<f32>),
    /// Of `FP64`.
    Double(Vec<f64>),
    /// Of `BYTES`.
    Text(Vec<String>),
}

/// Decodes the elements of an input.
///
/// # Errors
/// The rule that the elements do not follow.
pub(super) fn decode(
    datatype: Datatype,
    shape: &[usize],
    count: usize,
    data: &Value,
) -> Result<TensorData, String> {
    let mut flat = Vec::new();
    let is_nested =
        matches!(data, Value::Array(items) if matches!(items.first(), Some(Value::Array(_))));
    if is_nested {
        flatten(data, shape, &mut flat)?;
    } else {
        let Value::Array(items) = data else {
            return Err("`data` is not an array".to_owned());
        };
        flat.extend(items);
    }
    if flat.len() != count {
        let found = flat.len();
        return Err(format!("the shape has {count} elements, `data` {found}"));
    }
    let name = datatype.name();
    macro_rules! integers {
        ($variant:ident) => {
            TensorData::$variant(each(&flat, name, |value| match value {
                Value::Number(number) => number.as_i128()?.try_into().ok(),
                _ => None,
            })?)
        };
    }
    Ok(match datatype {
        Datatype::Bool => TensorData::Bool(each(&flat, name, |value| match value {
            Value::Bool(value) => Some(*value),
            Value::Number(number) => match number.as_i128() {
                Some(0) => Some(false),
                Some(1) => Some(true),
                _ => None,
            },
            _ => None,
        })?),
        Datatype::Uint8 => integers!(Uint8),
        Datatype::Uint16 => integers!(Uint16),
        Datatype::Uint32 => integers!(Uint32),
        Datatype::Uint64 => integers!(Uint64),
        Datatype::Int8 => integers!(Int8),
        Datatype::Int16 => integers!(Int16),
        Datatype::Int32 => integers!(Int32),
        Datatype::Int64 => integers!(Int64),
        Datatype::Fp16 | Datatype::Bf16 => {
            return Err(format!("{name} is accepted only as binary data"));
        }
        #[expect(clippy::cast_possible_truncation, reason = "rounded to the datatype")]
        Datatype::Fp32 => TensorData::Fp32(each(&flat, name, |value| {
            value
                .as_f64()
                .map(|value| value as f32)
                .filter(|value| value.is_finite())
        })?),
        Datatype::Fp64 => TensorData::Fp64(each(&flat, name, Value::as_f64)?),
        Datatype::Bytes => TensorData::Bytes(each(&flat, name, |value| match value {
            Value::String(text) => Some(text.as_bytes().to_vec()),
            _ => None,
        })?),
    })
}

/// Collects the elements of nested arrays, whose lengths are those of the shape.
fn flatten<'d>(data: &'d Value, shape: &[usize], out: &mut Vec<&'d Value>) -> Result<(), String> {
    match (shape.split_first(), data) {
        (None, Value::Array(_)) => {
            Err("`data` is nested deeper than the shape has dimensions".to_owned())
        }
        (None, value) => {
            out.push(value);
            Ok(())
        }
        (Some((size, inner)), Value::Array(items)) if items.len() == *size => {
            items.iter().try_for_each(|item| flatten(item, inner, out))
        }
        (Some((size, _)), Value::Array(items)) => {
            let found = items.len();
            Err(format!(
                "a nested array of `data` has {found} items, the shape {size}"
            ))
        }
        (Some(_), _) => Err("`data` mixes arrays and elements".to_owned()),
    }
}

fn each<T>(
    values: &[&Value],
    name: &str,
    read: impl Fn(&Value) -> Option<T>,
) -> Result<Vec<T>, String> {
    let values = values.iter().enumerate();
    let values = values.map(|(index, value)| {
        read(value).ok_or_else(|| format!("element {index} of `data` is not a value of {name}"))
    });
    values.collect()
}

/// Returns the elements of an output.
///
/// # Errors
/// The reason, if JSON cannot express them.
pub(super) fn encode(data: &TensorData) -> Result<Values, &'static str> {
    macro_rules! integers {
        ($variant:ident $values:ident) => {
            Values::$variant($values.iter().map(|value| (*value).into()).collect())
        };
    }
    const FINITE: &str = "JSON has no infinite numbers and no NaN";
    Ok(match data {
        TensorData::Bool(values) => Values::Bool(values.clone()),
        TensorData::Uint8(values) => integers!(Unsigned values),
        TensorData::Uint16(values) => integers!(Unsigned values),
        TensorData::Uint32(values) => integers!(Unsigned values),
        TensorData::Uint64(values) => Values::Unsigned(values.clone()),
        TensorData::Int8(values) => integers!(Signed values),
        TensorData::Int16(values) => integers!(Signed values),
        TensorData::Int32(values) => integers!(Signed values),
        TensorData::Int64(values) => Values::Signed(values.clone()),
        TensorData::Fp16(_) | TensorData::Bf16(_) => return Err("JSON has no 16-bit floats"),
        TensorData::Fp32(values) if values.iter().all(|value| value.is_finite()) => {
            Values::Float(values.clone())
        }
        TensorData::Fp64(values) if values.iter().all(|value| value.is_finite()) => {
            Values::Double(values.clone())
        }
        TensorData::Fp32(_) | TensorData::Fp64(_) => return Err(FINITE),
        TensorData::Bytes(values) => {
            let texts = values.iter().cloned().map(String::from_utf8);
            let texts = texts.collect::<Result<_, _>>();
            Values::Text(texts.map_err(|_| "an element is not UTF-8")?)
        }
    })
}
