//! Rejects settings about input on an output-only model.

use syn::{Data, DeriveInput};

use super::attributes::OfField;
use crate::mistakes::Mistakes;

/// Records an error for every setting about reading on the fields. serde's attributes stay, because serde may read the type elsewhere.
pub(super) fn nothing_about_reading(item: &DeriveInput, mistakes: &mut Mistakes) {
    let fields: Vec<_> = match &item.data {
        Data::Struct(data) => data.fields.iter().collect(),
        Data::Enum(data) => data.variants.iter().flat_map(|it| &it.fields).collect(),
        Data::Union(_) => Vec::new(),
    };
    for field in fields {
        let vocabulary = OfField::read(&field.attrs, &mut Mistakes::silent()).vocabulary;
        let place = "an output-only model, which is never read";
        let notes = ["rename", "deprecated", "example", "examples"];
        vocabulary.only(&notes, place, mistakes);
        for rule in vocabulary.rules.words() {
            mistakes.add(rule, format_args!("`{rule}` is not for {place}"));
        }
    }
}
