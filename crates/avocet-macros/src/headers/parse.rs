//! The parsed form of `#[headers]` and its parser. The parser removes our attributes from the item.

use syn::ext::IdentExt;
use syn::{Attribute, Field, Fields, Ident, ItemStruct, Type};

use crate::docs::Doc;
use crate::mistakes::Mistakes;
use crate::settings;
use crate::vocabulary::Vocabulary;

/// One header.
pub(super) struct Header {
    pub(super) ident: Ident,
    pub(super) kind: Type,
    /// The field's name, from which its type derives the name of the header or cookie.
    pub(super) name: String,
    pub(super) description: Doc,
}

pub(super) fn parse(item: &mut ItemStruct, mistakes: &mut Mistakes) -> Vec<Header> {
    if !item.generics.params.is_empty() {
        mistakes.add(
            &item.generics,
            "a struct of headers cannot have generic parameters; write concrete types",
        );
    }
    if !matches!(item.fields, Fields::Named(_)) {
        mistakes.add(
            &item.ident,
            "the fields of `#[headers]` need names; write a struct with named fields",
        );
        return Vec::new();
    }
    item.fields
        .iter_mut()
        .filter_map(|field| one(field, mistakes))
        .collect()
}

fn one(field: &mut Field, mistakes: &mut Mistakes) -> Option<Header> {
    let (ours, others): (Vec<Attribute>, Vec<Attribute>) = std::mem::take(&mut field.attrs)
        .into_iter()
        .partition(|attribute| attribute.path().is_ident("field"));
    field.attrs = others;
    let mut vocabulary = Vocabulary::default();
    for attribute in &ours {
        vocabulary.read(settings::of_attribute(attribute, mistakes), mistakes);
    }
    let ident = field.ident.clone()?;
    vocabulary.only(&["rename"], "a response header", mistakes);
    if !vocabulary.rules.is_empty() {
        mistakes.add(
            &ident,
            "rules are for input; a response header cannot have them",
        );
    }
    let name = vocabulary
        .rename
        .map_or_else(|| ident.unraw().to_string(), |(_, name)| name.value());
    Some(Header {
        kind: field.ty.clone(),
        name,
        description: Doc::of(&field.attrs),
        ident,
    })
}
