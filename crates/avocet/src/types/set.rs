//! `HashSet<T>` and `BTreeSet<T>`: arrays of distinct items.
//!
//! The document states `uniqueItems`, so two items that are equal as JSON are an error. Items that are equal only as
//! values, such as two spellings of one UUID, are kept once.

use std::collections::{BTreeSet, HashSet};
use std::hash::{BuildHasher, Hash};

use crate::input::Input;
use crate::model::{Model, Schema, Schemas};
use crate::read::{Failure, Kind, Location, Reader};
use crate::rules::{Collection, Rules, repeated};

macro_rules! sets {
    ($($set:ty, [$($bound:tt)*], [$($generic:tt)*];)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<T: Model, $($generic)*> Model for $set {
            fn name() -> String {
                format!("Set_{}_", T::name())
            }

            fn schema(schemas: &mut Schemas) -> Schema {
                Schema::list(T::schema(schemas)).with("uniqueItems", true)
            }
        }

        #[diagnostic::do_not_recommend]
        impl<T: Input + $($bound)*, $($generic)*> Input for $set {
            fn read(reader: &mut Reader<'_>, at: &Location<'_>, rules: &Rules) -> Result<Self, Failure> {
                let start = reader.array_start();
                let mut items = Self::default();
                let most = rules.most_items();
                let mut may_repeat = false;
                let (count, wrong) = read_items(reader, at, rules.of_items(), |item| {
                    // If there are too many items, none is kept.
                    if items.len() <= most {
                        may_repeat |= !items.insert(item);
                    }
                })?;
                reader.items_under(rules, Collection::Set, count, at)?;
                if may_repeat && let Some(pair) = reader.repeated(start)? {
                    return Err(reader.error(at, repeated(Collection::Set, pair)));
                }
                if wrong == 0 { Ok(items) } else { Err(Failure::Invalid) }
            }
        }
    )*};
}

sets! {
    BTreeSet<T>, [Ord], [];
    HashSet<T, S>, [Eq + Hash], [S: BuildHasher + Default + Send + 'static];
}

/// Passes every valid item to `keep`; returns how many items there were, and how many were invalid.
fn read_items<T: Input>(
    reader: &mut Reader<'_>,
    at: &Location<'_>,
    rules: &Rules,
    mut keep: impl FnMut(T),
) -> Result<(usize, usize), Failure> {
    if reader.peek()? != Kind::Array {
        return Err(reader.wrong_kind(at, "set_type", "Input should be a valid set"));
    }
    reader.begin_array()?;
    let mut count = 0;
    let mut wrong = 0;
    while reader.next_item(count == 0)? {
        match T::read(reader, &at.item(count), rules) {
            Ok(item) => keep(item),
            Err(Failure::Invalid) => wrong += 1,
            Err(Failure::Malformed) => return Err(Failure::Malformed),
        }
        count += 1;
    }
    Ok((count, wrong))
}
