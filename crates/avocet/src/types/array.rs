//! `Vec<T>`, and `[T; N]` as a list of fixed length.

use crate::input::Input;
use crate::model::{Model, Schema, Schemas};
use crate::read::{Failure, Kind, Location, Reader};
use crate::rules::{Collection, MaxItems, MinItems, Rule, Rules};

impl<T: Model> Model for Vec<T> {
    fn name() -> String {
        format!("List_{}_", T::name())
    }

    fn schema(schemas: &mut Schemas) -> Schema {
        Schema::list(T::schema(schemas))
    }
}

impl<T: Input> Input for Vec<T> {
    fn read(reader: &mut Reader<'_>, at: &Location<'_>, rules: &Rules) -> Result<Self, Failure> {
        let start = reader.array_start();
        let (items, count, all_good) =
            read_items(reader, at, rules.of_items(), rules.most_items())?;
        reader.array_under(rules, start, count, at)?;
        if all_good {
            Ok(items)
        } else {
            Err(Failure::Invalid)
        }
    }
}

/// How many items are read ahead at once when none of them is kept.
const DROPPED: usize = 64;

/// Returns the valid items, the number of items, and whether all were valid. Of more than `most` items none is kept: a
/// value can take hundreds of times the memory of its text.
fn read_items<T: Input>(
    reader: &mut Reader<'_>,
    at: &Location<'_>,
    rules: &Rules,
    most: usize,
) -> Result<(Vec<T>, usize, bool), Failure> {
    if reader.peek()? != Kind::Array {
        return Err(reader.wrong_kind(at, "list_type", "Input should be a valid list"));
    }
    reader.begin_array()?;
    let mut items = Vec::new();
    let mut count = 0;
    let mut all_good = true;
    while reader.next_item(count == 0)? {
        let is_kept = all_good && count < most;
        if !is_kept {
            items.clear();
            items.shrink_to(DROPPED);
        }
        let before = items.len();
        let ahead = if is_kept { most - count } else { DROPPED };
        T::read_ahead(reader, rules, ahead, &mut items);
        if items.len() > before {
            count += items.len() - before;
            continue;
        }
        match T::read(reader, &at.item(count), rules) {
            Ok(item) if is_kept => items.push(item),
            Ok(_) => {}
            Err(Failure::Invalid) => all_good = false,
            Err(Failure::Malformed) => return Err(Failure::Malformed),
        }
        count += 1;
    }
    Ok((items, count, all_good))
}

impl<T: Model, const N: usize> Model for [T; N] {
    fn name() -> String {
        format!("List_{}_{N}_", T::name())
    }

    fn schema(schemas: &mut Schemas) -> Schema {
        Schema::list(T::schema(schemas))
            .with("minItems", N)
            .with("maxItems", N)
    }
}

impl<T: Input, const N: usize> Input for [T; N] {
    fn read(reader: &mut Reader<'_>, at: &Location<'_>, rules: &Rules) -> Result<Self, Failure> {
        let start = reader.array_start();
        let (items, count, all_good) = read_items::<T>(reader, at, rules.of_items(), N)?;
        let length = MinItems(N)
            .items(Collection::List, count)
            .or_else(|| MaxItems(N).items(Collection::List, count));
        if let Some(error) = length {
            return Err(reader.error(at, error));
        }
        reader.array_under(rules, start, count, at)?;
        if !all_good {
            return Err(Failure::Invalid);
        }
        Self::try_from(items).map_err(|_| Failure::Invalid)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::input::{Input, from_json};
    use crate::model::Model;
    use crate::read::{Location, whole};
    use crate::rules::{MaxItems, Rules};

    /// Reads a list: returns its items, or every error.
    fn read<T: Model + Input + Copy>(
        text: &str,
        bits: fn(T) -> u64,
    ) -> Result<Vec<u64>, Vec<String>> {
        match from_json::<Vec<T>>(text.as_bytes()) {
            Ok(items) => Ok(items.into_iter().map(bits).collect()),
            Err(errors) => Err(errors.iter().map(ToString::to_string).collect()),
        }
    }

    fn item(number: &'static str) -> impl Strategy<Value = String> {
        let far = "-?[0-9]{1,4}([.][0-9]{0,25})?([eE][-+]?[0-9]{1,3})?";
        let wrong = r#"\["x"\]|"0.5"|true|0[.]5x|-|"#;
        let item = prop_oneof![8 => number, 3 => far, 1 => wrong];
        (r"[ \n]{0,2}", item, r"[ \n]{0,2}")
            .prop_map(|(before, item, after)| before + &item + &after)
    }

    fn list(number: &'static str) -> impl Strategy<Value = String> {
        let items = prop::collection::vec(item(number), 0..12);
        (items, r"\]?[ \]]?").prop_map(|(items, end)| format!("[{}{end}", items.join(",")))
    }

    const NOT_NULL: &str = "null is not among them";

    /// The same for a list of at most seventy items, which some inputs exceed.
    fn read_seventy<T: Input>(text: &str) -> Result<usize, Vec<String>> {
        const SEVENTY: Rules = Rules::own(&[&MaxItems(70)]);
        let at = Location::root("body");
        let list = whole(text.as_bytes(), &at, 128, |reader| {
            Vec::<T>::read(reader, &at, &SEVENTY)
        });
        list.map(|items| items.len())
            .map_err(|errors| errors.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn what_is_not_kept_is_counted_all_the_same() {
        for count in [1, 69, 70, 71, 134, 135, 300] {
            for wrong in [None, Some(0), Some(count / 2), Some(count - 1)] {
                let item = |index| if Some(index) == wrong { "true" } else { "0.25" };
                let items: Vec<_> = (0..count).map(item).collect();
                let text = format!("[{}]", items.join(","));
                let ones = read_seventy::<Option<f32>>(&text);
                assert_eq!(ones.is_ok(), wrong.is_none() && count <= 70);
                assert_eq!(read_seventy::<f32>(&text), ones, "{count} {wrong:?}");
            }
        }
    }

    // Nullable items are never read ahead.
    proptest! {
        #[test]
        fn floats_read_ahead_are_those_read_one_by_one(text in list("-?[0-9][.][0-9]{1,20}")) {
            let ones = read(&text, |item: Option<f32>| item.expect(NOT_NULL).to_bits().into());
            prop_assert_eq!(read(&text, |item: f32| item.to_bits().into()), ones);
            let ones = read(&text, |item: Option<f64>| item.expect(NOT_NULL).to_bits());
            prop_assert_eq!(read(&text, f64::to_bits), ones);
        }

        #[test]
        fn integers_read_ahead_are_those_read_one_by_one(text in list("-?[0-9]{1,20}")) {
            let ones = read(&text, |item: Option<u8>| item.expect(NOT_NULL).into());
            prop_assert_eq!(read(&text, |item: u8| item.into()), ones);
            let ones = read(&text, |item: Option<i64>| item.expect(NOT_NULL).cast_unsigned());
            prop_assert_eq!(read(&text, i64::cast_unsigned), ones);
        }
    }
}
