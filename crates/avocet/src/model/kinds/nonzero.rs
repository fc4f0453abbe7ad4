//! `NonZeroU8` to `NonZeroU64` and `NonZeroUsize`, integers of at least one; `NonZeroI8` to `NonZeroI64` and `NonZeroIsize`,
//! integers but zero.

use std::num::{
    NonZeroI8, NonZeroI16, NonZeroI32, NonZeroI64, NonZeroIsize, NonZeroU8, NonZeroU16, NonZeroU32,
    NonZeroU64, NonZeroUsize,
};

use serde_json::json;

use crate::model::{Model, Schema, Schemas};
use crate::read::{Failure, Input, Invalid, Number, Place, Problem, Problems, Reader, Text};
use crate::rules::{Ge, HasOrder, Rule, Rules};

/// What zero breaks where nothing is below it.
const AT_LEAST_ONE: Ge = Ge(Number::Integer(1));

fn below_one() -> Problem {
    AT_LEAST_ONE.number(Number::Integer(0)).unwrap_or_else(zero)
}

fn at_least_one(schema: &mut Schema) {
    AT_LEAST_ONE.describe(schema);
}

fn zero() -> Problem {
    Problem::new("not_zero", "Input should not be 0")
}

fn not_zero(schema: &mut Schema) {
    schema.set("not", json!({"const": 0}));
}

macro_rules! nonzero {
    ($($nonzero:ident of $integer:ident: $describe:ident $problem:ident;)*) => {$(
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
            fn read(reader: &mut Reader<'_>, at: &Place<'_>, rules: &Rules) -> Result<Self, Failure> {
                let integer = $integer::read(reader, at, rules)?;
                Self::new(integer).ok_or_else(|| reader.problem(at, $problem()))
            }
        }

        #[diagnostic::do_not_recommend]
        impl Text for $nonzero {
            fn from_text(text: &str, at: &Place<'_>, rules: &Rules, problems: &mut Problems) -> Result<Self, Invalid> {
                let integer = $integer::from_text(text, at, rules, problems)?;
                Self::new(integer).ok_or_else(|| {
                    problems.add(at, $problem());
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
