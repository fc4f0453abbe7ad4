//! `NonZeroU8` to `NonZeroU64`, `NonZeroUsize`: integers of at least one.

use std::num::{NonZeroU8, NonZeroU16, NonZeroU32, NonZeroU64, NonZeroUsize};

use crate::model::{Model, Schema, Schemas};
use crate::read::{Failure, Input, Invalid, Number, Place, Problem, Problems, Reader, Text};
use crate::rules::{Ge, HasOrder, Rule, Rules};

/// What zero breaks.
const AT_LEAST_ONE: Ge = Ge(Number::Integer(1));

fn zero() -> Problem {
    AT_LEAST_ONE
        .number(Number::Integer(0))
        .unwrap_or_else(|| Problem::new("greater_than_equal", "Input should not be zero"))
}

macro_rules! positive {
    ($($positive:ident of $integer:ident;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl Model for $positive {
            fn name() -> String {
                stringify!($positive).to_owned()
            }

            fn schema(schemas: &mut Schemas) -> Schema {
                described::<$integer>(schemas)
            }
        }

        #[diagnostic::do_not_recommend]
        impl Input for $positive {
            fn read(reader: &mut Reader<'_>, at: &Place<'_>, rules: &Rules) -> Result<Self, Failure> {
                let integer = $integer::read(reader, at, rules)?;
                Self::new(integer).ok_or_else(|| reader.problem(at, zero()))
            }
        }

        #[diagnostic::do_not_recommend]
        impl Text for $positive {
            fn from_text(text: &str, at: &Place<'_>, rules: &Rules, problems: &mut Problems) -> Result<Self, Invalid> {
                let integer = $integer::from_text(text, at, rules, problems)?;
                Self::new(integer).ok_or_else(|| {
                    problems.add(at, zero());
                    Invalid
                })
            }
        }

        #[diagnostic::do_not_recommend]
        impl HasOrder for $positive {}
    )*};
}

fn described<T: Model>(schemas: &mut Schemas) -> Schema {
    let mut schema = T::schema(schemas);
    AT_LEAST_ONE.describe(&mut schema);
    schema
}

positive! {
    NonZeroU8 of u8;
    NonZeroU16 of u16;
    NonZeroU32 of u32;
    NonZeroU64 of u64;
    NonZeroUsize of usize;
}
