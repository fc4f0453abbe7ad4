//! `min_items = n`: a list or map has at least `n` items.

use crate::model::Schema;
use crate::read::ValidationError;
use crate::rules::{Collection, Rule};

/// Requires a minimum number of items in a list or map.
///
/// ```
/// use avocet::rules::{Collection, MinItems, Rule};
///
/// assert!(MinItems(2).items(Collection::List, 2).is_none());
/// assert!(MinItems(2).items(Collection::List, 1).is_some());
/// ```
#[derive(Debug)]
pub struct MinItems(
    /// At least this many items.
    pub usize,
);

impl Rule for MinItems {
    fn describe(&self, schema: &mut Schema) {
        let keyword = if schema.is_map() {
            "minProperties"
        } else {
            "minItems"
        };
        schema.set(keyword, self.0);
    }

    fn items(&self, collection: Collection, count: usize) -> Option<ValidationError> {
        let bound = self.0;
        (count < bound).then(|| {
            let items = if bound == 1 { "item" } else { "items" };
            let name = collection.name();
            ValidationError::new(
                "too_short",
                format!(
                    "{name} should have at least {bound} {items} after validation, not {count}"
                ),
            )
            .with("field_type", name)
            .with("min_length", bound)
            .with("actual_length", count)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::MinItems;
    use crate::rules::{Collection, Rule};

    #[test]
    fn counts_items() {
        assert_eq!(MinItems(1).items(Collection::List, 1), None);
        let error = MinItems(1).items(Collection::Map, 0).expect("it is broken");
        assert_eq!(error.kind(), "too_short");
        assert_eq!(
            error.message(),
            "Dictionary should have at least 1 item after validation, not 0"
        );
    }

    #[test]
    fn is_in_schema() {
        let mut schema = crate::model::Schema::list(crate::model::Schema::any());
        MinItems(3).describe(&mut schema);
        assert_eq!(schema.keyword("minItems"), Some(&3.into()));
    }
}
