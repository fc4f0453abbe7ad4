//! `HashMap<K, T>` and `BTreeMap<K, T>`: objects whose keys are data.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, Hash};

use crate::input::Input;
use crate::model::{Model, Schema, Schemas};
use crate::read::{Failure, Kind, Location, Reader};
use crate::rules::{Collection, Rules};
use crate::types::{FromKey, Key};

macro_rules! maps {
    ($($map:ty, [$($key:tt)*], [$($generic:tt)*];)*) => {$(
        impl<K: Key, T: Model, $($generic)*> Model for $map {
            fn name() -> String {
                name::<K, T>()
            }

            fn schema(schemas: &mut Schemas) -> Schema {
                schema::<K, T>(schemas)
            }
        }

        impl<K: FromKey + $($key)*, T: Input, $($generic)*> Input for $map {
            fn read(reader: &mut Reader<'_>, at: &Location<'_>, rules: &Rules) -> Result<Self, Failure> {
                let members = read_members::<K, T>(reader, at, rules)?;
                reader.items_under(rules, Collection::Map, members.len(), at)?;
                if K::DISTINCT {
                    return members.into_iter().map(member).collect();
                }
                // Several texts may convert to one key: the last text in sort order is used, so that the result is
                // deterministic.
                let members: BTreeMap<String, Option<T>> = members.into_iter().collect();
                members.into_iter().map(member).collect()
            }
        }
    )*};
}

maps! {
    BTreeMap<K, T>, [Ord], [];
    HashMap<K, T, S>, [Eq + Hash], [S: BuildHasher + Default + Send + 'static];
}

fn name<K: Key, T: Model>() -> String {
    if K::name() == String::name() {
        format!("Map_{}_", T::name())
    } else {
        format!("Map_{}_{}_", K::name(), T::name())
    }
}

fn schema<K: Key, T: Model>(schemas: &mut Schemas) -> Schema {
    let mut schema = Schema::map(T::schema(schemas));
    let keys = K::key_schema();
    if keys != Schema::string() {
        schema.set("propertyNames", keys.to_json(&schemas.own_names()));
    }
    schema
}

fn member<K: FromKey, T>((key, value): (String, Option<T>)) -> Result<(K, T), Failure> {
    K::from_key(key.into()).zip(value).ok_or(Failure::Invalid)
}

/// Reads each key with its last value; `None` for an invalid value.
fn read_members<K: FromKey, T: Input>(
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
        let at_key = inside.member("[key]");
        let key_is_good = K::check_key(&key, &at_key, rules.of_keys(), reader.errors_mut()).is_ok();
        let value = match T::read(reader, &inside, rules.of_items()) {
            Ok(value) => Some(value).filter(|_| key_is_good),
            Err(Failure::Invalid) => None,
            Err(Failure::Malformed) => return Err(Failure::Malformed),
        };
        // One member more than allowed proves that there are too many.
        if members.len() <= most || members.contains_key(&*key) {
            members.insert(key.into_owned(), value);
        }
    }
    Ok(members)
}
