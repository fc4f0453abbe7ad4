//! The parsed form of `#[errors]` and its parser. The parser removes our attributes from the item.

use syn::ext::IdentExt;
use syn::{Attribute, Field, Fields, Generics, Ident, ItemEnum, LitInt, LitStr};

use crate::case::{snake, words};
use crate::docs::Doc;
use crate::mistakes::Mistakes;
use crate::settings;

/// The settings of `#[error(…)]`.
const KNOWN: &str = "`status = 404`, `message = \"…\"` and `code = \"…\"`";

/// An enum of errors.
pub(super) struct Errors {
    pub(super) ident: Ident,
    pub(super) generics: Generics,
    pub(super) variants: Vec<Variant>,
}

/// One error.
pub(super) struct Variant {
    pub(super) ident: Ident,
    pub(super) status: Option<LitInt>,
    pub(super) code: String,
    /// The description in the document.
    pub(super) description: Doc,
    /// The message: a format string over the fields. `None` uses the description.
    pub(super) message: Option<LitStr>,
    pub(super) fields: Vec<Field>,
}

pub(super) fn parse(item: &mut ItemEnum, mistakes: &mut Mistakes) -> Errors {
    let variants = item
        .variants
        .iter_mut()
        .map(|variant| one(variant, mistakes))
        .collect();
    Errors {
        ident: item.ident.clone(),
        generics: item.generics.clone(),
        variants,
    }
}

fn one(variant: &mut syn::Variant, mistakes: &mut Mistakes) -> Variant {
    let (ours, others): (Vec<Attribute>, Vec<Attribute>) = std::mem::take(&mut variant.attrs)
        .into_iter()
        .partition(|attribute| attribute.path().is_ident("error"));
    variant.attrs = others;
    let own = variant.ident.unraw().to_string();
    let mut read = Variant {
        ident: variant.ident.clone(),
        status: None,
        code: snake(&own),
        description: Doc::of(&variant.attrs).or(|| Doc::Text(words(&own))),
        message: None,
        fields: fields(&variant.fields, mistakes),
    };
    let mut said = false;
    for setting in ours
        .iter()
        .flat_map(|attribute| settings::of_attribute(attribute, mistakes))
        .collect::<Vec<_>>()
    {
        match setting.name.to_string().as_str() {
            "status" => {
                said = true;
                read.status = setting.integer(mistakes);
            }
            "message" => read.message = setting.text(mistakes),
            "code" => {
                read.code = setting
                    .text(mistakes)
                    .map_or(read.code, |code| code.value());
            }
            _ => setting.unknown(KNOWN, mistakes),
        }
    }
    if !said {
        mistakes.add(
            &variant.ident,
            "this error has no status; write `#[error(status = 404)]` above it",
        );
    }
    read
}

fn fields(fields: &Fields, mistakes: &mut Mistakes) -> Vec<Field> {
    match fields {
        Fields::Unit => Vec::new(),
        Fields::Named(fields) => fields.named.iter().cloned().collect(),
        Fields::Unnamed(fields) => {
            mistakes.add(
                fields,
                "the fields of an error are members of its response body: name them, as in `{ by: String }`",
            );
            Vec::new()
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_setting_is_documented() {
        crate::docs::assert_documented("errors.md", super::KNOWN);
    }
}
