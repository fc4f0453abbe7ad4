//! `Vec<T>`, and `[T; N]` as a list of fixed length.

use crate::model::{Model, Schema, Schemas};
use crate::read::{Failure, Input, Kind, Place, Reader};
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
    fn read(reader: &mut Reader<'_>, at: &Place<'_>, rules: &Rules) -> Result<Self, Failure> {
        let start = reader.list_start();
        let (items, count, all_good) =
            read_items(reader, at, rules.of_items(), rules.most_items())?;
        reader.list_under(rules, start, count, at)?;
        if all_good {
            Ok(items)
        } else {
            Err(Failure::Invalid)
        }
    }
}

/// The good items, how many there were, and whether all were good. Of more than `most` none is kept: a value can take
/// hundreds of times the memory of its text.
fn read_items<T: Input>(
    reader: &mut Reader<'_>,
    at: &Place<'_>,
    rules: &Rules,
    most: usize,
) -> Result<(Vec<T>, usize, bool), Failure> {
    if reader.peek()? != Kind::List {
        return Err(reader.wrong_kind(at, "list_type", "Input should be a valid list"));
    }
    reader.begin_list()?;
    let mut items = Vec::new();
    let mut count = 0;
    let mut all_good = true;
    while reader.next_item(count == 0)? {
        match T::read(reader, &at.item(count), rules) {
            Ok(item) if all_good && count < most => items.push(item),
            Ok(_) if items.is_empty() => {}
            Ok(_) => items = Vec::new(),
            Err(Failure::Invalid) => {
                all_good = false;
                items = Vec::new();
            }
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
    fn read(reader: &mut Reader<'_>, at: &Place<'_>, rules: &Rules) -> Result<Self, Failure> {
        let start = reader.list_start();
        let (items, count, all_good) = read_items::<T>(reader, at, rules.of_items(), N)?;
        let length = MinItems(N)
            .items(Collection::List, count)
            .or_else(|| MaxItems(N).items(Collection::List, count));
        if let Some(problem) = length {
            return Err(reader.problem(at, problem));
        }
        reader.list_under(rules, start, count, at)?;
        if !all_good {
            return Err(Failure::Invalid);
        }
        Self::try_from(items).map_err(|_| Failure::Invalid)
    }
}
