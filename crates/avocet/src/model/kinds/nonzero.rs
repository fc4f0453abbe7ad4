//! `NonZeroU8` to `NonZeroU64` and `NonZeroUsize`, integers of at least one; `NonZeroI8` to `NonZeroI64` and `NonZeroIsize`,
//! integers but zero.

use std::num::{
    NonZeroI8, NonZeroI16, NonZeroI32, NonZeroI64, NonZeroIsize, NonZeroU8, NonZeroU16, NonZeroU32,
    NonZeroU64, NonZeroUsize,
};

use serde_json::json;

use crate::model::{Model, Schema, Schemas};
use crate::read::{
    Failure, FromText, Input, Invalid, Location, Number, Reader, ValidationError, ValidationErrors,
};
use crate::rules::{Ge, HasOrder, Rule, Rules};

/// What zero breaks where nothing is below it.
const AT_LEAST_ONE: Ge = Ge(Number::Integer(1));

fn below_one() -> ValidationError {
    AT_LEAST_ONE.number(Number::Integer(0)).unwrap_or_else(zero)
}

fn at_least_one(schema: &mut Schema) {
    AT_LEAST_ONE.describe(schema);
}

fn zero() -> ValidationError {
    ValidationError::new("not_zero", "Input should not be 0")
}

fn not_zero(schema: &mut Schema) {
    schema.set("not", json!({"const": 0}));
}

macro_rules! nonzero {
    ($($nonzero:ident of $integer:ident: $describe:ident $error:ident;)*) => {$(
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
                let integer = $integer::read(reader, at, rules)?;
                Self::new(integer).ok_or_else(|| reader.error(at, $error()))
            }
        }

        #[diagnostic::do_not_recommend]
        impl FromText for $nonzero {
            fn from_text(text: &str, at: &Location<'_>, rules: &Rules, errors: &mut ValidationErrors) -> Result<Self, Invalid> {
                let integer = $integer::from_text(text, at, rules, errors)?;
                Self::new(integer).ok_or_else(|| {
                    errors.add(at, $error());
                    Invalid
                })
            }
        }

        #[diagnostic::do_not_recommend]
        impl HasOrder for $nonzero {}
    )*};
}

nonzero! {
    NonZeroU8 of u8: at_least_one below_one;
    NonZeroU16 of u16: at_least_one below_one;
    NonZeroU32 of u32: at_least_one below_one;
    NonZeroU64 of u64: at_least_one below_one;
    NonZeroUsize of usize: at_least_one below_one;
    NonZeroI8 of i8: not_zero zero;
    NonZeroI16 of i16: not_zero zero;
    NonZeroI32 of i32: not_zero zero;
    NonZeroI64 of i64: not_zero zero;
    NonZeroIsize of isize: not_zero zero;
}
