//! Tuples of one to sixteen values: arrays of fixed length with a schema for each item.

use crate::input::{FieldSlot, Input};
use crate::model::{Model, Schema, Schemas};
use crate::read::{Failure, Kind, Location, Reader, ValidationError};
use crate::rules::Rules;

macro_rules! tuples {
    ($(($($part:ident $index:literal),*) $length:literal;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($part: Model),*> Model for ($($part,)*) {
            fn name() -> String {
                format!("Tuple_{}_", [$($part::name()),*].join("_"))
            }

            fn schema(schemas: &mut Schemas) -> Schema {
                Schema::tuple(vec![$($part::schema(schemas)),*])
            }
        }

        #[diagnostic::do_not_recommend]
        #[expect(non_snake_case, reason = "a value is named as its type, there is one of each")]
        impl<$($part: Input),*> Input for ($($part,)*) {
            fn read(reader: &mut Reader<'_>, at: &Location<'_>, _: &Rules) -> Result<Self, Failure> {
                if reader.peek()? != Kind::Array {
                    return Err(reader.wrong_kind(at, "tuple_type", "Input should be a valid tuple"));
                }
                reader.begin_array()?;
                $(let mut $part = FieldSlot::<$part>::default();)*
                let mut count = 0;
                while reader.next_item(count == 0)? {
                    let location = at.item(count);
                    match count {
                        $($index => $part.read(reader, &location, &Rules::NONE)?,)*
                        _ => reader.skip()?,
                    }
                    count += 1;
                }
                $(let $part = required(reader, at, $index, $part);)*
                if count > $length {
                    return Err(reader.error(at, too_long($length, count)));
                }
                match ($($part,)*) {
                    ($(Some($part),)*) => Ok(($($part,)*)),
                    _ => Err(Failure::Invalid),
                }
            }
        }
    )*};
}

tuples! {
    (A 0) 1;
    (A 0, B 1) 2;
    (A 0, B 1, C 2) 3;
    (A 0, B 1, C 2, D 3) 4;
    (A 0, B 1, C 2, D 3, E 4) 5;
    (A 0, B 1, C 2, D 3, E 4, F 5) 6;
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6) 7;
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7) 8;
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8) 9;
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9) 10;
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10) 11;
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11) 12;
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11, M 12) 13;
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11, M 12, N 13) 14;
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11, M 12, N 13, O 14) 15;
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11, M 12, N 13, O 14, P 15) 16;
}

fn required<T>(
    reader: &mut Reader<'_>,
    at: &Location<'_>,
    index: usize,
    slot: FieldSlot<T>,
) -> Option<T> {
    match slot {
        FieldSlot::Present(value) => Some(value),
        FieldSlot::Wrong => None,
        FieldSlot::Absent => {
            reader.error(&at.item(index), ValidationError::missing());
            None
        }
    }
}

fn too_long(length: usize, count: usize) -> ValidationError {
    let items = if length == 1 { "item" } else { "items" };
    ValidationError::new(
        "too_long",
        format!("Tuple should have at most {length} {items} after validation, not {count}"),
    )
    .with("field_type", "Tuple")
    .with("max_length", length)
    .with("actual_length", count)
}
