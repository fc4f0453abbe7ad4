//! `NonZeroU8` to `NonZeroU64` and `NonZeroUsize`, integers of at least one; `NonZeroI8` to `NonZeroI64` and
//! `NonZeroIsize`, integers except zero.

use std::num::{
    NonZeroI8, NonZeroI16, NonZeroI32, NonZeroI64, NonZeroIsize, NonZeroU8, NonZeroU16, NonZeroU32,
    NonZeroU64, NonZeroUsize,
};

use super::integer::{parse_integer, read_integer, within};
use crate::input::{FromText, Input};
use crate::model::{Model, Schema, Schemas, object};
use crate::read::{Failure, Invalid, Location, Number, Reader, ValidationError, ValidationErrors};
use crate::rules::{Ge, HasOrder, Rule, Rules};

fn at_least_one(schema: &mut Schema) {
    Ge(Number::Integer(1)).describe(schema);
}

/// The minimum of unsigned types.
fn one<T>(_: T) -> i128 {
    1
}

/// A bound of one of the types below, as `i128`, which holds all of them.
fn wide_of<T: TryInto<i128>>(bound: T) -> i128 {
    bound.try_into().unwrap_or(i128::MAX)
}

fn zero() -> ValidationError {
    ValidationError::new("not_zero", "Input should not be 0")
}

fn not_zero(schema: &mut Schema) {
    schema.set("not", object! {"const": 0});
}

macro_rules! nonzero {
    ($($nonzero:ident of $integer:ident: $describe:ident $least:ident;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl Model for $nonzero {
            fn name() -> String {
                stringify!($nonzero).to_owned()
            }

            fn schema(schemas: &mut Schemas) -> Schema {
                let mut schema = $integer::schema(schemas);
                $describe(&mut schema);
                schema
            }
        }

        #[diagnostic::do_not_recommend]
        impl Input for $nonzero {
            fn read(reader: &mut Reader<'_>, at: &Location<'_>, rules: &Rules) -> Result<Self, Failure> {
                let wide = read_integer(reader, at)?;
                let integer = within(wide, $least($integer::MIN), wide_of($integer::MAX), at, rules, reader.errors_mut())?;
                Self::new(integer).ok_or_else(|| reader.error(at, zero()))
            }
        }

        #[diagnostic::do_not_recommend]
        impl FromText for $nonzero {
            fn from_text(text: &str, at: &Location<'_>, rules: &Rules, errors: &mut ValidationErrors) -> Result<Self, Invalid> {
                let wide = parse_integer(text, at, errors)?;
                let integer = within(wide, $least($integer::MIN), wide_of($integer::MAX), at, rules, errors)?;
                Self::new(integer).ok_or_else(|| {
                    errors.add(at, zero());
                    Invalid
                })
            }
        }

        #[diagnostic::do_not_recommend]
        impl HasOrder for $nonzero {}
    )*};
}

nonzero! {
    NonZeroU8 of u8: at_least_one one;
    NonZeroU16 of u16: at_least_one one;
    NonZeroU32 of u32: at_least_one one;
    NonZeroU64 of u64: at_least_one one;
    NonZeroUsize of usize: at_least_one one;
    NonZeroI8 of i8: not_zero wide_of;
    NonZeroI16 of i16: not_zero wide_of;
    NonZeroI32 of i32: not_zero wide_of;
    NonZeroI64 of i64: not_zero wide_of;
    NonZeroIsize of isize: not_zero wide_of;
}
