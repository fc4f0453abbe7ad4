//! From the user's item to the model. Our own attributes are taken off the item; serde's stay for serde.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::{Attribute, Data, DataEnum, DeriveInput, Fields, GenericParam, Ident, Index, Member};

use super::attributes::{OfContainer, OfField, OfModel, OfVariant, derives};
use super::model::{Absence, Content, Field, Model, Object, Shape, Sides, Unit, Variant};
use crate::case::Case;
use crate::docs;
use crate::mistakes::Mistakes;
use crate::settings;
use crate::vocabulary::Default;

pub(super) fn parse(
    settings: TokenStream,
    item: &mut DeriveInput,
    mistakes: &mut Mistakes,
) -> Option<Model> {
    let own = OfModel::read(settings::of_tokens(settings, mistakes), mistakes);
    let container = OfContainer::read(&item.attrs, mistakes);
    let shape = shape(item, &container, mistakes);
    let derives = derives(&item.attrs);
    let sides = own.sides.unwrap_or(Sides::Both);
    let serializes_itself = derives.iter().any(|name| name == "Serialize");
    let model = Model {
        ident: item.ident.clone(),
        generics: item.generics.clone(),
        sides,
        name: own
            .name
            .or(container.rename)
            .map_or_else(|| item.ident.unraw().to_string(), |name| name.value()),
        description: docs::text(&item.attrs),
        checks: own.checks,
        serializes_itself,
        serde_looks: serializes_itself || derives.iter().any(|name| name == "Deserialize"),
        shape: shape?,
    };
    strip(item, model.serde_looks);
    Some(model)
}

fn shape(item: &DeriveInput, container: &OfContainer, mistakes: &mut Mistakes) -> Option<Shape> {
    lifetimes(item, mistakes);
    match &item.data {
        Data::Struct(data) => structure(&item.ident, &data.fields, container, mistakes),
        Data::Enum(data) => enumeration(&item.ident, data, container, mistakes),
        Data::Union(data) => {
            mistakes.add(data.union_token, "a model is a struct or an enum");
            None
        }
    }
}

fn lifetimes(item: &DeriveInput, mistakes: &mut Mistakes) {
    for parameter in &item.generics.params {
        if let GenericParam::Lifetime(lifetime) = parameter {
            mistakes.add(
                lifetime,
                "a model owns what it holds; write `String` for `&str`, and `Vec<T>` for `&[T]`",
            );
        }
    }
}

fn structure(
    ident: &Ident,
    fields: &Fields,
    container: &OfContainer,
    mistakes: &mut Mistakes,
) -> Option<Shape> {
    if let Some((tag, _)) = &container.tag {
        mistakes.add(tag, "`tag` is for enums; add a field to the struct instead");
    }
    match fields {
        Fields::Named(_) if container.transparent.is_none() => Some(Shape::Object(object(
            fields,
            container.rename_all,
            container,
            true,
            mistakes,
        ))),
        Fields::Named(_) | Fields::Unnamed(_) => {
            let mut fields = object(fields, None, container, true, mistakes).fields;
            if fields.len() != 1 {
                mistakes.add(ident, "a tuple struct that is a model has one field; name the fields to make it an object");
            }
            fields.pop().map(|field| Shape::Newtype(Box::new(field)))
        }
        Fields::Unit => {
            mistakes.add(
                ident,
                format_args!("a model without fields is written `struct {ident} {{}}`"),
            );
            None
        }
    }
}

fn object(
    fields: &Fields,
    rename_all: Option<Case>,
    container: &OfContainer,
    container_default: bool,
    mistakes: &mut Mistakes,
) -> Object {
    let default = container
        .default
        .as_ref()
        .filter(|_| container_default)
        .map(|(_, default)| default);
    let fields = fields
        .iter()
        .enumerate()
        .map(|(index, field)| one_field(field, index, rename_all, default, mistakes));
    Object {
        fields: fields.collect(),
        closed: container.closed.is_some(),
    }
}

fn one_field(
    field: &syn::Field,
    index: usize,
    rename_all: Option<Case>,
    container: Option<&Default>,
    mistakes: &mut Mistakes,
) -> Field {
    let read = OfField::read(&field.attrs, mistakes);
    let member = field
        .ident
        .clone()
        .map_or_else(|| Member::Unnamed(Index::from(index)), Member::Named);
    let own = field
        .ident
        .as_ref()
        .map_or_else(|| index.to_string(), |ident| ident.unraw().to_string());
    let vocabulary = read.vocabulary;
    let rename = vocabulary
        .rename
        .map(|(_, name)| name)
        .or(read.rename)
        .map(|name| name.value());
    let default = vocabulary
        .default
        .map(|(_, default)| default)
        .or(read.default);
    let of_container = || container.map(|default| of_container(default, &member));
    let absence = match (default, vocabulary.required) {
        (Some(default), _) => Absence::Default(default),
        (None, Some(_)) => Absence::Problem,
        (None, None) => of_container().map_or(Absence::OfType, Absence::Default),
    };
    let aliases = vocabulary
        .aliases
        .into_iter()
        .map(|(_, name)| name)
        .chain(read.aliases);
    Field {
        member,
        kind: field.ty.clone(),
        wire: rename
            .unwrap_or_else(|| rename_all.map_or_else(|| own.clone(), |case| case.of_field(&own))),
        aliases: aliases.map(|name| name.value()).collect(),
        description: docs::text(&field.attrs),
        rules: vocabulary.rules,
        checks: vocabulary
            .checks
            .into_iter()
            .map(|(_, check)| check)
            .collect(),
        examples: vocabulary
            .examples
            .into_iter()
            .map(|(_, example)| example)
            .collect(),
        deprecated: vocabulary.deprecated.is_some(),
        absence,
        reads: !read.skips_reading,
        answers: !read.skips_answering,
        left_out_if: read.skips_if,
    }
}

/// The field of the container's default.
fn of_container(default: &Default, member: &Member) -> Default {
    let whole = match default {
        Default::OfType => quote!(<Self as ::std::default::Default>::default()),
        other => other.value(),
    };
    Default::Member(quote!(#whole.#member))
}

fn enumeration(
    ident: &Ident,
    data: &DataEnum,
    container: &OfContainer,
    mistakes: &mut Mistakes,
) -> Option<Shape> {
    if let Some(word) = &container.transparent {
        mistakes.add(word, "`transparent` is for structs with one field");
    }
    if let Some((word, _)) = &container.default {
        mistakes.add(
            word,
            "`default` is for structs; write `#[field(default)]` where the enum is used",
        );
    }
    if data.variants.is_empty() {
        mistakes.add(
            ident,
            "an enum without variants has no values to read or answer; add a variant",
        );
        return None;
    }
    let variants = data.variants.iter();
    if let Some((_, tag)) = &container.tag {
        let variants = variants
            .map(|it| one_variant(it, container, mistakes))
            .collect();
        return Some(Shape::Tagged {
            tag: tag.value(),
            closed: container.closed.is_some(),
            variants,
        });
    }
    for variant in variants
        .clone()
        .filter(|variant| !matches!(variant.fields, Fields::Unit))
    {
        mistakes.add(
            &variant.ident,
            "a variant that holds something needs a tag to be told by; write `#[serde(tag = \"type\")]` above the enum",
        );
    }
    Some(Shape::Units(
        variants.map(|it| unit(it, container, mistakes)).collect(),
    ))
}

fn wire(ident: &Ident, rename: Option<&syn::LitStr>, rename_all: Option<Case>) -> String {
    let own = ident.unraw().to_string();
    rename.map_or_else(
        || rename_all.map_or_else(|| own.clone(), |case| case.of_variant(&own)),
        syn::LitStr::value,
    )
}

fn unit(variant: &syn::Variant, container: &OfContainer, mistakes: &mut Mistakes) -> Unit {
    let read = OfVariant::read(&variant.attrs, mistakes);
    Unit {
        ident: variant.ident.clone(),
        wire: wire(&variant.ident, read.rename.as_ref(), container.rename_all),
        aliases: read.aliases.iter().map(syn::LitStr::value).collect(),
    }
}

fn one_variant(
    variant: &syn::Variant,
    container: &OfContainer,
    mistakes: &mut Mistakes,
) -> Variant {
    let read = OfVariant::read(&variant.attrs, mistakes);
    for alias in &read.aliases {
        mistakes.add(
            alias,
            "a tagged variant has one name; `alias` on it is not supported yet",
        );
    }
    let content = match &variant.fields {
        Fields::Unit => Content::Nothing,
        Fields::Named(_) => Content::Fields(object(
            &variant.fields,
            read.rename_all,
            container,
            false,
            mistakes,
        )),
        Fields::Unnamed(fields) => {
            if fields.unnamed.len() != 1 {
                mistakes.add(
                    fields,
                    "a variant of a tagged enum holds one model, or named fields",
                );
            }
            match fields.unnamed.first() {
                Some(field) => {
                    for attribute in &field.attrs {
                        mistakes.add(
                            attribute,
                            "what a variant holds has its attributes on its own type",
                        );
                    }
                    Content::Model(Box::new(field.ty.clone()))
                }
                None => Content::Nothing,
            }
        }
    };
    Variant {
        ident: variant.ident.clone(),
        wire: wire(&variant.ident, read.rename.as_ref(), container.rename_all),
        name: read.name.map(|name| name.value()),
        description: docs::text(&variant.attrs),
        content,
    }
}

/// Takes our attributes off the item, and serde's where serde does not look. A name that we were told is told to serde.
pub(super) fn strip(item: &mut DeriveInput, serde_looks: bool) {
    let keep = |attribute: &Attribute| {
        let ours = ["model", "field"]
            .iter()
            .any(|name| attribute.path().is_ident(name));
        !ours && (serde_looks || !attribute.path().is_ident("serde"))
    };
    item.attrs.retain(keep);
    let strip_fields = |fields: &mut Fields| {
        for field in fields {
            let rename = if serde_looks {
                renamed(&field.attrs)
            } else {
                None
            };
            field.attrs.retain(keep);
            field.attrs.extend(rename);
        }
    };
    match &mut item.data {
        Data::Struct(data) => strip_fields(&mut data.fields),
        Data::Enum(data) => {
            for variant in &mut data.variants {
                variant.attrs.retain(keep);
                strip_fields(&mut variant.fields);
            }
        }
        Data::Union(_) => {}
    }
}

fn renamed(attributes: &[Attribute]) -> Option<Attribute> {
    let mut unheard = crate::mistakes::Mistakes::silent();
    let name = OfField::read(attributes, &mut unheard).vocabulary.rename?.1;
    let name = syn::LitStr::new(&name.value(), Span::call_site()).to_token_stream();
    Some(syn::parse_quote!(#[serde(rename = #name)]))
}
