//! `HashMap<String, T>` and `BTreeMap<String, T>`: objects whose keys are data.

use std::collections::{BTreeMap, HashMap};
use std::hash::BuildHasher;

use crate::model::{Model, Schema, Schemas};
use crate::read::{Failure, Input, Kind, Location, Reader};
use crate::rules::{Collection, Rules};

macro_rules! maps {
    ($($map:ty, [$($generic:tt)*];)*) => {$(
        impl<T: Model, $($generic)*> Model for $map {
            fn name() -> String {
                format!("Map_{}_", T::name())
            }

            fn schema(schemas: &mut Schemas) -> Schema {
                Schema::map(T::schema(schemas))
            }
        }

        impl<T: Input, $($generic)*> Input for $map {
            fn read(reader: &mut Reader<'_>, at: &Location<'_>, rules: &Rules) -> Result<Self, Failure> {
                let members = read_members::<T>(reader, at, rules)?;
                reader.items_under(rules, Collection::Map, members.len(), at)?;
                members.into_iter().map(|(key, value)| value.map(|value| (key, value)).ok_or(Failure::Invalid)).collect()
            }
        }
    )*};
}

maps! {
    BTreeMap<String, T>, [];
    HashMap<String, T, S>, [S: BuildHasher + Default + Send + 'static];
}

/// Each key once with its last value; `None` for a wrong one.
fn read_members<T: Input>(
    reader: &mut Reader<'_>,
    at: &Location<'_>,
    rules: &Rules,
) -> Result<HashMap<String, Option<T>>, Failure> {
    if reader.peek()? != Kind::Object {
        return Err(reader.wrong_kind(at, "dict_type", "Input should be a valid dictionary"));
    }
    let mut object = reader.begin_map()?;
    let mut members: HashMap<String, Option<T>> = HashMap::new();
    let most = rules.most_items();
    while let Some(key) = reader.next_key(&mut object)? {
        let inside = at.member(&key);
        if matches!(members.get(&*key), Some(None)) {
            reader.errors_mut().forget(&inside);
        }
        let key_is_good = match reader.text_under(rules.of_keys(), &key, &inside.member("[key]")) {
            Ok(()) => true,
            Err(Failure::Invalid) => false,
            Err(Failure::Malformed) => return Err(Failure::Malformed),
        };
        let value = match T::read(reader, &inside, rules.of_items()) {
            Ok(value) => Some(value).filter(|_| key_is_good),
            Err(Failure::Invalid) => None,
            Err(Failure::Malformed) => return Err(Failure::Malformed),
        };
        // One more than may be there tells that there are too many.
        if members.len() <= most || members.contains_key(&*key) {
            members.insert(key.into_owned(), value);
        }
    }
    Ok(members)
}
