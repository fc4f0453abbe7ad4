//! What a model that is only answered has no use for: whatever is met, or done, when a value is read.

use syn::{Data, DeriveInput};

use super::attributes::OfField;
use crate::mistakes::Mistakes;

/// Notes the words about reading on the fields. serde's are left alone: the type may be read elsewhere, by serde.
pub(super) fn nothing_about_reading(item: &DeriveInput, mistakes: &mut Mistakes) {
    let fields: Vec<_> = match &item.data {
        Data::Struct(data) => data.fields.iter().collect(),
        Data::Enum(data) => data.variants.iter().flat_map(|it| &it.fields).collect(),
        Data::Union(_) => Vec::new(),
    };
    for field in fields {
        let vocabulary = OfField::read(&field.attrs, &mut Mistakes::silent()).vocabulary;
        let place = "a model that is only answered: nothing is read into it";
        let notes = ["rename", "deprecated", "example", "examples"];
        vocabulary.only(&notes, place, mistakes);
        for rule in vocabulary.rules.words() {
            mistakes.add(rule, format_args!("`{rule}` is not for {place}"));
        }
    }
}
