//! The parsed form of `#[events]` and its parser. The parser removes our attributes from the item.

use syn::ext::IdentExt;
use syn::{Attribute, Fields, Ident, ItemEnum, LitStr, Type};

use crate::case::snake;
use crate::docs::Doc;
use crate::mistakes::Mistakes;
use crate::settings::{self, Setting};

/// One event.
pub(super) struct Event {
    pub(super) ident: Ident,
    /// The name in the stream; `None` if it is `unnamed`.
    pub(super) name: Option<String>,
    pub(super) description: Doc,
    pub(super) data: Data,
}

/// The data of an event.
pub(super) enum Data {
    /// The value that the variant holds.
    Held(Box<Type>),
    /// The text of `data = "…"`.
    Text(LitStr),
    /// The JSON `null`.
    Null,
}

pub(super) fn parse(item: &mut ItemEnum, mistakes: &mut Mistakes) -> Vec<Event> {
    if !item.generics.params.is_empty() {
        mistakes.add(
            &item.generics,
            "an enum of events cannot have generic parameters; write concrete types",
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
        if let Some(name) = &event.name
            && events
                .iter()
                .any(|before| before.name.as_ref() == Some(name))
        {
            mistakes.add(
                &event.ident,
                format_args!("two events have the name \"{name}\"; rename one"),
            );
        }
        events.push(event);
    }
    events
}

/// The settings of `#[event(…)]`.
const KNOWN: &str = "`name = \"…\"`, `unnamed` and `data = \"…\"`";

/// The settings of one `#[event(…)]`.
#[derive(Default)]
struct OfEvent {
    name: Option<String>,
    unnamed: Option<Setting>,
    data: Option<LitStr>,
}

impl OfEvent {
    fn read(attributes: &[Attribute], mistakes: &mut Mistakes) -> Self {
        let mut read = Self::default();
        for attribute in attributes {
            for setting in settings::of_attribute(attribute, mistakes) {
                read.setting(setting, mistakes);
            }
        }
        if let (Some(unnamed), Some(_)) = (&read.unnamed, &read.name) {
            mistakes.add(
                &unnamed.name,
                "`name` and `unnamed` exclude each other; remove one of them",
            );
        }
        read
    }

    fn setting(&mut self, setting: Setting, mistakes: &mut Mistakes) {
        match setting.name.to_string().as_str() {
            "name" => {
                let Some(text) = setting.text(mistakes) else {
                    return;
                };
                let name = text.value();
                if name.is_empty() || name.contains(['\n', '\r', '\0']) {
                    mistakes.add(text, "the name of an event must be one line of text");
                }
                self.name = Some(name);
            }
            "unnamed" => {
                setting.alone(mistakes);
                self.unnamed = Some(setting);
            }
            "data" => self.data = setting.text(mistakes),
            _ => setting.unknown(KNOWN, mistakes),
        }
    }
}

fn one(variant: &mut syn::Variant, mistakes: &mut Mistakes) -> Event {
    let (ours, others): (Vec<Attribute>, Vec<Attribute>) = std::mem::take(&mut variant.attrs)
        .into_iter()
        .partition(|attribute| attribute.path().is_ident("event"));
    variant.attrs = others;
    let read = OfEvent::read(&ours, mistakes);
    let own = || snake(&variant.ident.unraw().to_string());
    let name = match read.unnamed {
        Some(_) => None,
        None => Some(read.name.unwrap_or_else(own)),
    };
    Event {
        ident: variant.ident.clone(),
        name,
        description: Doc::of(&variant.attrs),
        data: data(&variant.fields, read.data, mistakes),
    }
}

fn data(fields: &Fields, text: Option<LitStr>, mistakes: &mut Mistakes) -> Data {
    match (fields, text) {
        (Fields::Unit, None) => Data::Null,
        (Fields::Unit, Some(text)) => Data::Text(text),
        (Fields::Unnamed(fields), text) if fields.unnamed.len() == 1 => {
            if let Some(text) = text {
                mistakes.add(
                    text,
                    "`data` is for variants without a field; this variant sends its field",
                );
            }
            let held = fields.unnamed.first();
            held.map_or(Data::Null, |field| Data::Held(Box::new(field.ty.clone())))
        }
        (Fields::Unnamed(_) | Fields::Named(_), _) => {
            mistakes.add(fields, "an event has one field, as in `Token(Token)`; move these fields into a struct with `#[model]`");
            Data::Null
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_setting_is_documented() {
        crate::docs::assert_documented("events.md", super::KNOWN);
    }
}
