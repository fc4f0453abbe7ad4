//! `max_items = n`: a list or map has at most `n` items.

use crate::model::Schema;
use crate::read::ValidationError;
use crate::rules::{Collection, Rule};

/// Limits the number of items of a list or map.
///
/// ```
/// use avocet::rules::{Collection, MaxItems, Rule};
///
/// assert!(MaxItems(2).items(Collection::List, 2).is_none());
/// assert!(MaxItems(2).items(Collection::List, 3).is_some());
/// ```
#[derive(Debug)]
pub struct MaxItems(
    /// At most this many items.
    pub usize,
);

impl Rule for MaxItems {
    fn describe(&self, schema: &mut Schema) {
        let keyword = if schema.is_map() {
            "maxProperties"
        } else {
            "maxItems"
        };
        schema.set(keyword, self.0);
    }

    fn most_items(&self) -> Option<usize> {
        Some(self.0)
    }

    fn items(&self, collection: Collection, count: usize) -> Option<ValidationError> {
        let bound = self.0;
        (count > bound).then(|| {
            let items = if bound == 1 { "item" } else { "items" };
            let name = collection.name();
            // FastAPI stops reading at the bound unless the collection is a list, and its clients expect this wording.
            let count = (collection == Collection::List).then_some(count);
            let counted = count.map_or_else(|| "more".to_owned(), |count| count.to_string());
            ValidationError::new(
                "too_long",
                format!(
                    "{name} should have at most {bound} {items} after validation, not {counted}"
                ),
            )
            .with("field_type", name)
            .with("max_length", bound)
            .with("actual_length", count)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::MaxItems;
    use crate::rules::{Collection, Rule};

    #[test]
    fn counts_items() {
        assert_eq!(MaxItems(1).items(Collection::List, 1), None);
        let error = MaxItems(1).items(Collection::Map, 2).expect("it is broken");
        assert_eq!(error.kind(), "too_long");
        assert_eq!(
            error.message(),
            "Dictionary should have at most 1 item after validation, not more"
        );
    }

    #[test]
    fn the_rest_of_a_set_is_not_counted() {
        let error = MaxItems(3).items(Collection::Set, 4).expect("it is broken");
        assert_eq!(
            error.message(),
            "Set should have at most 3 items after validation, not more"
        );
        let json = serde_json::to_value(&error).expect("it is JSON");
        assert_eq!(json["ctx"]["actual_length"], serde_json::Value::Null);
    }

    #[test]
    fn is_in_schema() {
        let mut schema = crate::model::Schema::list(crate::model::Schema::any());
        MaxItems(3).describe(&mut schema);
        assert_eq!(schema.keyword("maxItems"), Some(&3.into()));
    }
}
