//! `max_items = n`: a list or map has at most so many items.

use crate::model::Schema;
use crate::read::Problem;
use crate::rules::{Collection, Rule};

/// A list or map has at most so many items.
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

    fn items(&self, collection: Collection, count: usize) -> Option<Problem> {
        let bound = self.0;
        (count > bound).then(|| {
            let items = if bound == 1 { "item" } else { "items" };
            let name = collection.name();
            Problem::new(
                "too_long",
                format!("{name} should have at most {bound} {items} after validation, not {count}"),
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
        let problem = MaxItems(1).items(Collection::Map, 2).expect("it is broken");
        assert_eq!(problem.kind(), "too_long");
        assert_eq!(
            problem.message(),
            "Dictionary should have at most 1 item after validation, not 2"
        );
    }

    #[test]
    fn is_documented() {
        let mut schema = crate::model::Schema::list(crate::model::Schema::any());
        MaxItems(3).describe(&mut schema);
        assert_eq!(schema.keyword("maxItems"), Some(&3.into()));
    }
}
