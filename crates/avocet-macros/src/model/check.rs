//! What must hold between the parts of a model.

use std::collections::HashSet;

use syn::spanned::Spanned;

use super::model::{Absence, Field, Model, Object, Shape};
use crate::mistakes::Mistakes;

pub(super) fn check(model: &Model, mistakes: &mut Mistakes) {
    for object in model.objects() {
        names_differ(object, mistakes);
        skipped_fields_have_no_rules(object, mistakes);
        no_member_is_the_tag(model, object, mistakes);
    }
    match &model.shape {
        Shape::Newtype(field) => newtype(field, mistakes),
        Shape::Units(units) => {
            let names = units.iter().flat_map(|unit| {
                std::iter::once(&unit.wire)
                    .chain(&unit.aliases)
                    .map(|name| (name.as_str(), &unit.ident))
            });
            differ(names, mistakes);
        }
        Shape::Tagged { variants, .. } => {
            differ(
                variants
                    .iter()
                    .map(|variant| (variant.wire.as_str(), &variant.ident)),
                mistakes,
            );
        }
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
                format_args!("the name \"{name}\" on the wire is taken already"),
            );
        }
    }
}

fn names_differ(object: &Object, mistakes: &mut Mistakes) {
    let read = object
        .fields
        .iter()
        .filter(|field| field.reads || field.answers);
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
        if !field.rules.is_empty() || !field.checks.is_empty() {
            mistakes.add(
                &field.member,
                "a field that is never read has no use for rules or checks",
            );
        }
    }
}

fn no_member_is_the_tag(model: &Model, object: &Object, mistakes: &mut Mistakes) {
    let Shape::Tagged { tag, .. } = &model.shape else {
        return;
    };
    for field in object
        .fields
        .iter()
        .filter(|field| field.wire == *tag || field.aliases.contains(tag))
    {
        mistakes.add(
            &field.member,
            format_args!("\"{tag}\" is the enum's tag; give this field another name"),
        );
    }
}

/// A newtype has no member, so nothing can be said about one.
fn newtype(field: &Field, mistakes: &mut Mistakes) {
    let says_absence = !matches!(field.absence, Absence::OfType);
    if says_absence
        || !field.aliases.is_empty()
        || field.deprecated
        || !field.reads
        || !field.answers
    {
        let at = field.kind.span();
        mistakes.note(syn::Error::new(
            at,
            "a newtype is what it holds: it takes rules, checks and examples, and nothing about a member",
        ));
    }
}
