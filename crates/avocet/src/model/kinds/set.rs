//! `HashSet<T>` and `BTreeSet<T>`: arrays whose repeated items count once.

use std::collections::{BTreeSet, HashSet};
use std::hash::{BuildHasher, Hash};

use crate::model::{Model, Schema, Schemas};
use crate::read::{Failure, Input, Kind, Location, Reader};
use crate::rules::{Collection, Rules};

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
                let mut items = Self::default();
                let most = rules.most_items();
                let wrong = read_items(reader, at, rules.of_items(), |item| {
                    // One more than may be there tells that there are too many.
                    if items.len() <= most {
                        items.insert(item);
                    }
                })?;
                reader.items_under(rules, Collection::Set, items.len() + wrong, at)?;
                if wrong == 0 { Ok(items) } else { Err(Failure::Invalid) }
            }
        }
    )*};
}

sets! {
    BTreeSet<T>, [Ord], [];
    HashSet<T, S>, [Eq + Hash], [S: BuildHasher + Default + Send + 'static];
}

/// Gives every good item to `keep`; how many were wrong.
fn read_items<T: Input>(
    reader: &mut Reader<'_>,
    at: &Location<'_>,
    rules: &Rules,
    mut keep: impl FnMut(T),
) -> Result<usize, Failure> {
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
    Ok(wrong)
}
