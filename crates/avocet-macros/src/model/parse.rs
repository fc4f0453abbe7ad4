//! Parses the user's item into the model. The parser removes our attributes from the item; serde's stay for serde.

use proc_macro2::Span;
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::{Attribute, Data, DataEnum, DeriveInput, Fields, GenericParam, Ident, Index, Member};

use super::answered::nothing_about_reading;
use super::attributes::{OfContainer, OfField, OfModel, OfVariant, derives, integer};
use super::model::{
    Absence, Constant, Content, Field, Model, Object, Shape, Sides, Unit, UnitForm, Variant,
};
use crate::case::Case;
use crate::docs::Doc;
use crate::mistakes::Mistakes;
use crate::settings::Setting;
use crate::vocabulary::Default;

pub(super) fn parse(
    settings: Vec<Setting>,
    item: &mut DeriveInput,
    mistakes: &mut Mistakes,
) -> Option<Model> {
    let own = OfModel::read(settings, mistakes);
    let container = OfContainer::read(&item.attrs, mistakes);
    let shape = shape(item, &own, &container, mistakes);
    let derives = derives(&item.attrs);
    let sides = own.sides.unwrap_or(Sides::Both);
    if !sides.reads() {
        nothing_about_reading(item, mistakes);
    }
    let serializes_itself = derives.iter().any(|name| name == "Serialize");
    let model = Model {
        ident: item.ident.clone(),
        generics: item.generics.clone(),
        sides,
        name: own
            .name
            .or(container.rename)
            .map_or_else(|| item.ident.unraw().to_string(), |name| name.value()),
        description: Doc::of(&item.attrs),
        steps: own.steps,
        serializes_itself,
        inline: own.inline,
        serde_looks: serializes_itself || derives.iter().any(|name| name == "Deserialize"),
        shape: shape?,
    };
    strip(item, model.serde_looks);
    Some(model)
}

fn shape(
    item: &DeriveInput,
    own: &OfModel,
    container: &OfContainer,
    mistakes: &mut Mistakes,
) -> Option<Shape> {
    lifetimes(item, mistakes);
    let shape = match &item.data {
        Data::Struct(data) => structure(&item.ident, &data.fields, container, mistakes),
        Data::Enum(data) => enumeration(&item.ident, data, own, container, mistakes),
        Data::Union(data) => {
            mistakes.add(data.union_token, "a model is a struct or an enum");
            None
        }
    };
    if let (Some((word, _)), Some(shape)) = (&own.units, &shape)
        && !matches!(shape, Shape::Units(..))
    {
        mistakes.add(
            word,
            format_args!("`{word}` is for enums whose variants hold nothing"),
        );
    }
    shape
}

fn lifetimes(item: &DeriveInput, mistakes: &mut Mistakes) {
    for parameter in &item.generics.params {
        if let GenericParam::Lifetime(lifetime) = parameter {
            mistakes.add(
                lifetime,
                "a model must own its data; write `String` for `&str`, and `Vec<T>` for `&[T]`",
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
    let of_enums = container.content.iter().map(|(word, _)| word);
    for word in of_enums.chain(&container.untagged) {
        mistakes.add(word, format_args!("`{word}` is for enums"));
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
                mistakes.add(ident, "a tuple struct with `#[model]` must have one field; name the fields to make it an object");
            }
            fields.pop().map(|field| Shape::Newtype(Box::new(field)))
        }
        Fields::Unit => {
            mistakes.add(
                ident,
                format_args!("write a model without fields as `struct {ident} {{}}`"),
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
        (None, Some(_)) => Absence::ValidationError,
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
        renamed: rename.is_some(),
        wire: rename
            .unwrap_or_else(|| rename_all.map_or_else(|| own.clone(), |case| case.of_field(&own))),
        aliases: aliases.map(|name| name.value()).collect(),
        description: Doc::of(&field.attrs),
        rules: vocabulary.rules,
        steps: vocabulary.steps.into_iter().map(|(_, step)| step).collect(),
        examples: vocabulary
            .examples
            .into_iter()
            .map(|(_, example)| example)
            .collect(),
        deprecated: vocabulary.deprecated.is_some(),
        empty_is_absent: vocabulary.empty_is_absent.map(|it| it.name),
        absence,
        reads: !read.skips_reading,
        responses: !read.skips_answering,
        left_out_if: read.skips_if,
        flatten: read.flatten,
        foreign: read.foreign,
        null_not_finite: read.null_not_finite,
    }
}

/// Returns the field of the container's default.
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
    own: &OfModel,
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
            "an enum without variants has no values; add a variant",
        );
        return None;
    }
    if let (Some((word, _)), None) = (&container.content, &container.tag) {
        mistakes.add(word, "`content` needs a `tag`; add `tag = \"type\"`");
    }
    if let (Some(word), Some(_)) = (&container.untagged, &container.tag) {
        mistakes.add(
            word,
            "`untagged` and `tag` exclude each other; remove one of them",
        );
    }
    if container.tag.is_some() || container.untagged.is_some() {
        return Some(alternatives(data, container, mistakes));
    }
    let variants = data.variants.iter();
    for variant in variants
        .clone()
        .filter(|variant| !matches!(variant.fields, Fields::Unit))
    {
        mistakes.add(
            &variant.ident,
            "an enum whose variants hold data needs a representation: write `#[serde(tag = \"type\")]` or `#[serde(untagged)]` above it; \
             for the events of a stream write `#[events]` instead of `#[model]`",
        );
    }
    let form = own
        .units
        .as_ref()
        .map_or(UnitForm::Names, |(_, form)| *form);
    let units: Vec<Unit> = variants
        .map(|it| match form {
            UnitForm::Integers => number(it, mistakes),
            _ => unit(it, container, mistakes),
        })
        .collect();
    if units.iter().all(|unit| unit.value.is_none()) {
        return Some(Shape::Units(units, form));
    }
    for other in units.iter().filter(|unit| unit.is_other) {
        mistakes.add(
            &other.ident,
            "`other` is for enums of names; remove it from this enum of values",
        );
    }
    let form = match form {
        UnitForm::Literal => UnitForm::LiteralValues,
        _ => UnitForm::Values,
    };
    Some(Shape::Units(units, form))
}

/// Parses an enum whose variants may have content.
fn alternatives(data: &DataEnum, container: &OfContainer, mistakes: &mut Mistakes) -> Shape {
    let variants = data
        .variants
        .iter()
        .map(|it| one_variant(it, container, mistakes))
        .collect();
    match &container.tag {
        Some((_, tag)) => Shape::Tagged {
            tag: tag.value(),
            content: container
                .content
                .as_ref()
                .map(|(_, content)| content.value()),
            closed: container.closed.is_some(),
            variants,
        },
        None => Shape::Untagged(variants),
    }
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
    if let (Some((setting, _)), Some(name)) = (&read.value, &read.rename) {
        mistakes.add(
            name,
            format_args!(
                "`{}` and `rename` both set the variant's JSON value; remove one of them",
                setting.name
            ),
        );
    }
    let name = wire(&variant.ident, read.rename.as_ref(), container.rename_all);
    let (wire, value) = match read.value {
        Some((_, Constant::Text(text))) => (text, None),
        Some((_, constant)) => (name, Some(constant)),
        None => (name, None),
    };
    Unit {
        ident: variant.ident.clone(),
        wire,
        value,
        aliases: read.aliases.iter().map(syn::LitStr::value).collect(),
        is_other: read.other.is_some(),
    }
}

/// Parses a variant whose value is its discriminant.
fn number(variant: &syn::Variant, mistakes: &mut Mistakes) -> Unit {
    let read = OfVariant::read(&variant.attrs, mistakes);
    for name in read.rename.iter().chain(&read.aliases) {
        mistakes.add(
            name,
            "a variant of an `integer` enum has no name; its discriminant is its JSON value",
        );
    }
    if let Some(word) = &read.other {
        mistakes.add(word, "`other` is for names");
    }
    no_value(
        &read,
        "an enum of `integer`, whose discriminants are its values",
        mistakes,
    );
    let number = variant
        .discriminant
        .as_ref()
        .and_then(|(_, value)| integer(value));
    if number.is_none() {
        mistakes.add(
            &variant.ident,
            format_args!(
                "write the variant's value, a 64-bit integer: `{} = 1`",
                variant.ident
            ),
        );
    }
    Unit {
        ident: variant.ident.clone(),
        wire: number.unwrap_or_default().to_string(),
        value: None,
        aliases: Vec::new(),
        is_other: false,
    }
}

/// Records an error for a `value` that has no meaning here.
fn no_value(read: &OfVariant, place: &str, mistakes: &mut Mistakes) {
    if let Some((setting, _)) = &read.value {
        mistakes.add(&setting.name, format_args!("`value` is not for {place}"));
    }
}

fn one_variant(
    variant: &syn::Variant,
    container: &OfContainer,
    mistakes: &mut Mistakes,
) -> Variant {
    let read = OfVariant::read(&variant.attrs, mistakes);
    no_value(
        &read,
        "an enum with a tag or without names; write `rename` instead",
        mistakes,
    );
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
                mistakes.add(fields, "a variant must hold one value or named fields");
            }
            match fields.unnamed.first() {
                Some(field) => {
                    for attribute in &field.attrs {
                        mistakes.add(
                            attribute,
                            "write these attributes on the type that the variant holds",
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
        aliases: read.aliases.iter().map(syn::LitStr::value).collect(),
        is_other: read.other.is_some(),
        name: read.name.map(|name| name.value()),
        description: Doc::of(&variant.attrs),
        content,
    }
}

/// Removes our attributes from the item, and serde's if serde does not read them. Passes a name that was set to serde.
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
