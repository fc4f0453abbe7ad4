//! The binary encoding of tensors: little-endian, row-major, `BYTES` with a 4-byte length before each element.

use crate::tensor::{Datatype, TensorData};

/// Decodes the bytes of `count` elements.
///
/// # Errors
/// The rule that the bytes do not follow.
pub(super) fn decode(datatype: Datatype, count: usize, bytes: &[u8]) -> Result<TensorData, String> {
    if let Some(size) = datatype.size()
        && count.checked_mul(size) != Some(bytes.len())
    {
        return Err(format!(
            "{count} elements of {} are {} bytes, `binary_data_size` is {}",
            datatype.name(),
            count.saturating_mul(size),
            bytes.len()
        ));
    }
    macro_rules! numbers {
        ($variant:ident $number:ty) => {
            TensorData::$variant(
                bytes
                    .as_chunks()
                    .0
                    .iter()
                    .map(|chunk| <$number>::from_le_bytes(*chunk))
                    .collect(),
            )
        };
    }
    Ok(match datatype {
        Datatype::Bool => {
            if let Some(byte) = bytes.iter().find(|byte| **byte > 1) {
                return Err(format!("an element of BOOL is 0 or 1, not {byte}"));
            }
            TensorData::Bool(bytes.iter().map(|byte| *byte == 1).collect())
        }
        Datatype::Uint8 => TensorData::Uint8(bytes.to_vec()),
        Datatype::Uint16 => numbers!(Uint16 u16),
        Datatype::Uint32 => numbers!(Uint32 u32),
        Datatype::Uint64 => numbers!(Uint64 u64),
        Datatype::Int8 => numbers!(Int8 i8),
        Datatype::Int16 => numbers!(Int16 i16),
        Datatype::Int32 => numbers!(Int32 i32),
        Datatype::Int64 => numbers!(Int64 i64),
        Datatype::Fp16 => numbers!(Fp16 u16),
        Datatype::Bf16 => numbers!(Bf16 u16),
        Datatype::Fp32 => numbers!(Fp32 f32),
        Datatype::Fp64 => numbers!(Fp64 f64),
        Datatype::Bytes => TensorData::Bytes(decode_bytes(count, bytes)?),
    })
}

fn decode_bytes(count: usize, mut bytes: &[u8]) -> Result<Vec<Vec<u8>>, String> {
    // The shape is not trusted: an element has at least its length.
    let mut elements = Vec::with_capacity(count.min(bytes.len() / 4));
    while let Some((length, rest)) = bytes.split_first_chunk() {
        let length = u32::from_le_bytes(*length) as usize;
        let Some((element, rest)) = rest.split_at_checked(length) else {
            let left = rest.len();
            return Err(format!(
                "element {} has {length} bytes, but {left} bytes are left",
                elements.len()
            ));
        };
        elements.push(element.to_vec());
        bytes = rest;
    }
    if !bytes.is_empty() {
        let left = bytes.len();
        return Err(format!("{left} bytes are left after the last element"));
    }
    if elements.len() != count {
        let found = elements.len();
        return Err(format!(
            "the shape has {count} elements, the binary data {found}"
        ));
    }
    Ok(elements)
}

/// Appends the bytes of data.
///
/// # Errors
/// If an element has 4 GiB or more, whose length the format cannot express.
pub(super) fn encode(data: &TensorData, out: &mut Vec<u8>) -> Result<(), String> {
    macro_rules! numbers {
        ($values:ident) => {
            out.extend($values.iter().flat_map(|value| value.to_le_bytes()))
        };
    }
    match data {
        TensorData::Bool(values) => out.extend(values.iter().map(|value| u8::from(*value))),
        TensorData::Uint8(values) => out.extend(values),
        TensorData::Int8(values) => numbers!(values),
        TensorData::Uint16(values) | TensorData::Fp16(values) | TensorData::Bf16(values) => {
            numbers!(values);
        }
        TensorData::Uint32(values) => numbers!(values),
        TensorData::Uint64(values) => numbers!(values),
        TensorData::Int16(values) => numbers!(values),
        TensorData::Int32(values) => numbers!(values),
        TensorData::Int64(values) => numbers!(values),
        TensorData::Fp32(values) => numbers!(values),
        TensorData::Fp64(values) => numbers!(values),
        TensorData::Bytes(values) => {
            for value in values {
                let length = u32::try_from(value.len()).map_err(|_| {
                    format!(
                        "an element has {} bytes, 4294967295 are the maximum",
                        value.len()
                    )
                })?;
                out.extend(length.to_le_bytes());
                out.extend(value);
            }
        }
    }
    Ok(())
}
