//! `unique`: no two items of a list are equal.

use crate::model::Schema;
use crate::read::ValidationError;
use crate::rules::{Collection, Rule};

/// No two items of a list are equal, as JSON Schema compares values: `1` and `1.0` are equal, and so are objects with
/// equal members in any order.
///
/// It compares the items as they were sent, not the values read from them. The items of a parameter are compared as
/// texts. Sets always have this rule: `HashSet<T>` and `BTreeSet<T>` are documented with `uniqueItems`.
///
/// ```
/// use avocet::rules::{Rule, Unique};
///
/// assert!(Unique.repeated(&mut || None).is_none());
/// let error = Unique.repeated(&mut || Some([0, 2])).unwrap();
/// assert_eq!(error.message(), "List should have unique items after validation, but items 0 and 2 are equal");
/// ```
#[derive(Debug)]
pub struct Unique;

impl Rule for Unique {
    fn describe(&self, schema: &mut Schema) {
        schema.set("uniqueItems", true);
    }

    fn repeated(&self, find: &mut dyn FnMut() -> Option<[usize; 2]>) -> Option<ValidationError> {
        find().map(|pair| repeated(Collection::List, pair))
    }
}

/// The error for two equal items of a collection.
pub(crate) fn repeated(collection: Collection, [first, second]: [usize; 2]) -> ValidationError {
    let name = collection.name();
    let message = format!(
        "{name} should have unique items after validation, but items {first} and {second} are equal"
    );
    let error = ValidationError::new("unique_items", message).with("field_type", name);
    error.with("first", first).with("second", second)
}

#[cfg(test)]
mod tests {
    use super::Unique;
    use crate::rules::Rule;

    #[test]
    fn names_the_first_two_that_are_equal() {
        assert_eq!(Unique.repeated(&mut || None), None);
        let error = Unique.repeated(&mut || Some([1, 3])).expect("it is broken");
        assert_eq!(error.kind(), "unique_items");
        let json = serde_json::to_value(&error).expect("it is JSON");
        let context = serde_json::json!({"field_type": "List", "first": 1, "second": 3});
        assert_eq!(json["ctx"], context);
    }

    #[test]
    fn is_in_schema() {
        let mut schema = crate::model::Schema::list(crate::model::Schema::any());
        Unique.describe(&mut schema);
        assert_eq!(schema.keyword("uniqueItems"), Some(&true.into()));
    }
}
