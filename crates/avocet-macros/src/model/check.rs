//! Checks between the parts of a model.

use std::collections::HashSet;

use syn::spanned::Spanned;

use super::model::{Absence, Constant, Content, Field, Model, Object, Shape, Variant};
use crate::mistakes::Mistakes;
use crate::vocabulary::Default;

pub(super) fn check(model: &Model, mistakes: &mut Mistakes) {
    for object in model.objects() {
        names_differ(object, mistakes);
        skipped_fields_have_no_rules(object, mistakes);
        no_member_is_the_tag(model, object, mistakes);
        flattened(model, object, mistakes);
        foreign(model, object, mistakes);
        object
            .fields
            .iter()
            .for_each(|field| non_finite(model, field, mistakes));
    }
    if !model.sides.reads() {
        for step in &model.steps {
            mistakes.add(
                step.function(),
                "a check runs when a value is read, but an output-only model is never read",
            );
        }
    }
    match &model.shape {
        Shape::Newtype(field) => {
            newtype(field, mistakes);
            non_finite(model, field, mistakes);
        }
        Shape::Units(units, _) => {
            one_is_other(
                units.iter().filter(|it| it.is_other).map(|it| &it.ident),
                mistakes,
            );
            // A constant that is not a string differs from the string of the same spelling.
            let of_names = units.iter().filter(|unit| unit.value.is_none());
            let names = of_names.flat_map(|unit| {
                std::iter::once(&unit.wire)
                    .chain(&unit.aliases)
                    .map(|name| (name.as_str(), &unit.ident))
            });
            differ(names, mistakes);
            let mut seen: Vec<&Constant> = Vec::new();
            for unit in units {
                let Some(value) = &unit.value else { continue };
                if seen.contains(&value) {
                    mistakes.add(&unit.ident, "two variants have this `value`; change one");
                }
                seen.push(value);
            }
        }
        Shape::Tagged {
            tag,
            content,
            variants,
            ..
        } => {
            tag_is_not_content(tag, content.as_deref(), model, mistakes);
            one_is_other(
                variants.iter().filter(|it| it.is_other).map(|it| &it.ident),
                mistakes,
            );
            for variant in variants.iter().filter(|it| it.is_other) {
                others_hold_nothing(variant, mistakes);
            }
            let names = variants.iter().flat_map(|variant| {
                std::iter::once(&variant.wire)
                    .chain(&variant.aliases)
                    .map(|name| (name.as_str(), &variant.ident))
            });
            differ(names, mistakes);
        }
        Shape::Untagged(variants) => untagged(model, variants, mistakes),
        Shape::Object(_) => {}
    }
}

fn differ<'m, T: quote::ToTokens>(
    names: impl Iterator<Item = (&'m str, T)>,
    mistakes: &mut Mistakes,
) {
    let mut seen = HashSet::new();
    for (name, at) in names {
        if !seen.insert(name) {
            mistakes.add(
                at,
                format_args!("two members or variants have the JSON name \"{name}\"; rename one"),
            );
        }
    }
}

fn names_differ(object: &Object, mistakes: &mut Mistakes) {
    let read = object
        .fields
        .iter()
        .filter(|field| field.reads || field.responses);
    differ(
        read.flat_map(|field| {
            std::iter::once(&field.wire)
                .chain(&field.aliases)
                .map(|name| (name.as_str(), &field.member))
        }),
        mistakes,
    );
}

fn skipped_fields_have_no_rules(object: &Object, mistakes: &mut Mistakes) {
    for field in object.fields.iter().filter(|field| !field.reads) {
        if !field.rules.is_empty() || !field.steps.is_empty() || field.empty_is_absent.is_some() {
            mistakes.add(
                &field.member,
                "this field is never read, so rules and checks have no effect; remove them",
            );
        }
    }
}

fn no_member_is_the_tag(model: &Model, object: &Object, mistakes: &mut Mistakes) {
    let Shape::Tagged {
        tag, content: None, ..
    } = &model.shape
    else {
        return;
    };
    for field in object
        .fields
        .iter()
        .filter(|field| field.wire == *tag || field.aliases.contains(tag))
    {
        mistakes.add(
            &field.member,
            format_args!("\"{tag}\" is the enum's tag; rename this field"),
        );
    }
}

fn tag_is_not_content(tag: &str, content: Option<&str>, model: &Model, mistakes: &mut Mistakes) {
    if content == Some(tag) {
        mistakes.add(
            &model.ident,
            format_args!(
                "`tag` and `content` are both \"{tag}\", but must be different members; rename one"
            ),
        );
    }
}

fn one_is_other<'m>(others: impl Iterator<Item = &'m syn::Ident>, mistakes: &mut Mistakes) {
    for second in others.skip(1) {
        mistakes.add(second, "only one variant can be `other`; remove this one");
    }
}

fn others_hold_nothing(variant: &Variant, mistakes: &mut Mistakes) {
    if !matches!(variant.content, Content::Nothing) {
        mistakes.add(
            &variant.ident,
            "the `other` variant cannot have fields, because the content of an unknown name is not known",
        );
    }
}

/// Checks an untagged enum: its variants have no names on the wire, and at most one of them is `null`.
fn untagged(model: &Model, variants: &[Variant], mistakes: &mut Mistakes) {
    let nothing = |variant: &&Variant| matches!(variant.content, Content::Nothing);
    for second in variants.iter().filter(nothing).skip(1) {
        mistakes.add(
            &second.ident,
            "a variant without fields is `null` in an untagged enum, and two variants cannot both be `null`; remove one",
        );
    }
    if variants.iter().all(|variant| nothing(&variant)) {
        mistakes.add(
            &model.ident,
            "an untagged enum needs a variant with a field; for an enum of names, remove `untagged`",
        );
    }
    for variant in variants {
        if variant.is_other || !variant.aliases.is_empty() {
            mistakes.add(
                &variant.ident,
                "the variants of an untagged enum have no names in JSON, so `alias` and `other` have no effect; remove them",
            );
        }
    }
}

/// Checks a flattened field: it has no member itself, and shares unknown members with the object around it.
fn flattened(model: &Model, object: &Object, mistakes: &mut Mistakes) {
    for field in object.flat() {
        let Some(word) = &field.flatten else { continue };
        if !matches!(model.shape, Shape::Object(_)) {
            mistakes.add(
                word,
                "`flatten` is for the fields of a struct; move this field into a struct and let the variant hold it",
            );
        }
        if object.closed {
            mistakes.add(
                word,
                "`deny_unknown_fields` cannot be combined with a flattened field; write it on the type of that field",
            );
        }
        let says_more = !field.rules.is_empty()
            || !field.steps.is_empty()
            || !field.aliases.is_empty()
            || field.deprecated
            || field.left_out_if.is_some()
            || field.foreign.is_some()
            || field.null_not_finite.is_some()
            || field.empty_is_absent.is_some()
            || !field.reads
            || !field.responses
            || !matches!(
                field.absence,
                Absence::OfType | Absence::Default(Default::Member(_))
            );
        if says_more {
            mistakes.add(
                word,
                "a flattened field cannot have other settings; write them on the fields of its type",
            );
        }
    }
}

/// Checks a field that serde reads: avocet's rules do not apply to it.
fn foreign(model: &Model, object: &Object, mistakes: &mut Mistakes) {
    for field in &object.fields {
        let Some(foreign) = &field.foreign else {
            continue;
        };
        let is_serdes = foreign.by_type.is_some()
            || foreign.reads_with.is_some()
            || foreign.writes_with.is_some();
        if let (false, Some(schema)) = (is_serdes, &foreign.schema) {
            mistakes.add(
                schema,
                "the schema of this field comes from its type; `schema` is for `#[field(serde)]` and serde's `with`",
            );
        }
        if !field.rules.is_empty() {
            mistakes.add(
                &field.member,
                "serde reads this field, so rules cannot apply to it; write a `check`",
            );
        }
        if let (Some(path), false) = (
            &foreign.writes_with,
            matches!(model.shape, Shape::Object(_)),
        ) {
            mistakes.add(
                path,
                "serde's functions cannot write a field of a variant; move the field into a struct and let the variant hold it",
            );
        }
    }
}

/// Checks that a setting for non-finite floats is on a field that avocet serializes.
fn non_finite(model: &Model, field: &Field, mistakes: &mut Mistakes) {
    let Some(word) = &field.null_not_finite else {
        return;
    };
    if model.serializes_itself {
        mistakes.add(
            word,
            "`#[derive(Serialize)]` writes this field and ignores `non_finite`; remove the derive, which `#[model]` replaces",
        );
    }
    if field.foreign.is_some() {
        mistakes.add(
            word,
            "serde writes this field, so `non_finite` has no effect; let serde's function write `null` for NaN and infinity",
        );
    }
    if !field.responses || !model.sides.responses() {
        mistakes.add(
            word,
            "`non_finite` is for responses, but this field is never written; remove it",
        );
    }
}

/// Rejects settings about members on a newtype, which has none.
fn newtype(field: &Field, mistakes: &mut Mistakes) {
    let says_absence = !matches!(field.absence, Absence::OfType);
    if says_absence
        || field.flatten.is_some()
        || field.foreign.is_some()
        || !field.aliases.is_empty()
        || field.deprecated
        || field.empty_is_absent.is_some()
        || !field.reads
        || !field.responses
    {
        let at = field.kind.span();
        mistakes.note(syn::Error::new(
            at,
            "a newtype has the JSON of its field: it takes rules, checks and examples, but no settings of a member",
        ));
    }
}
