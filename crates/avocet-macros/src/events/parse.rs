//! What `#[events]` has understood, and reading it. Our attributes are taken off the item.

use syn::ext::IdentExt;
use syn::{Attribute, Fields, Ident, ItemEnum, Type};

use crate::case::snake;
use crate::docs;
use crate::mistakes::Mistakes;
use crate::settings;

/// One event.
pub(super) struct Event {
    pub(super) ident: Ident,
    /// Its name in the stream.
    pub(super) name: String,
    pub(super) description: String,
    /// The model that is its data; an event that is only a name has none.
    pub(super) data: Option<Type>,
}

pub(super) fn parse(item: &mut ItemEnum, mistakes: &mut Mistakes) -> Vec<Event> {
    if !item.generics.params.is_empty() {
        mistakes.add(
            &item.generics,
            "an enum of events has no generic parameters; name the types",
        );
    }
    if item.variants.is_empty() {
        mistakes.add(
            &item.ident,
            "an enum without variants has no events; add a variant",
        );
    }
    let mut events: Vec<Event> = Vec::new();
    for variant in &mut item.variants {
        let event = one(variant, mistakes);
        if events.iter().any(|before| before.name == event.name) {
            mistakes.add(
                &event.ident,
                format_args!("another event is named \"{}\" already", event.name),
            );
        }
        events.push(event);
    }
    events
}

fn one(variant: &mut syn::Variant, mistakes: &mut Mistakes) -> Event {
    let (ours, others): (Vec<Attribute>, Vec<Attribute>) = std::mem::take(&mut variant.attrs)
        .into_iter()
        .partition(|attribute| attribute.path().is_ident("event"));
    variant.attrs = others;
    let mut name = snake(&variant.ident.unraw().to_string());
    for setting in ours
        .iter()
        .flat_map(|attribute| settings::of_attribute(attribute, mistakes))
        .collect::<Vec<_>>()
    {
        if !setting.is("name") {
            setting.unknown("`name = \"…\"`", mistakes);
        } else if let Some(text) = setting.text(mistakes) {
            name = text.value();
            if name.is_empty() || name.contains(['\n', '\r', '\0']) {
                mistakes.add(text, "the name of an event is one line of text");
            }
        }
    }
    Event {
        ident: variant.ident.clone(),
        name,
        description: docs::text(&variant.attrs),
        data: data(&variant.fields, mistakes),
    }
}

fn data(fields: &Fields, mistakes: &mut Mistakes) -> Option<Type> {
    match fields {
        Fields::Unit => None,
        Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
            fields.unnamed.first().map(|field| field.ty.clone())
        }
        Fields::Unnamed(_) | Fields::Named(_) => {
            mistakes.add(fields, "an event holds one model, as in `Token(Token)`; give these fields a `#[model]` of their own");
            None
        }
    }
}
