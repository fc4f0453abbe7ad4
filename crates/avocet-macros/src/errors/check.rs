//! Checks of errors.

use syn::ext::IdentExt;

use super::parse::{Errors, Variant};
use crate::mistakes::Mistakes;

/// Members that every error body has already, in either format.
const TAKEN: [&str; 4] = ["detail", "type", "title", "status"];

pub(super) fn check(errors: &Errors, mistakes: &mut Mistakes) {
    if !errors.generics.params.is_empty() {
        mistakes.add(
            &errors.generics,
            "an enum of errors cannot have generic parameters; write concrete types",
        );
    }
    for variant in &errors.variants {
        status(variant, mistakes);
        for ident in variant
            .fields
            .iter()
            .filter_map(|field| field.ident.as_ref())
        {
            let name = ident.unraw().to_string();
            if TAKEN.contains(&name.as_str()) {
                mistakes.add(
                    ident,
                    format_args!(
                        "every error body has a member \"{name}\" already; rename the field"
                    ),
                );
            }
        }
    }
}

fn status(variant: &Variant, mistakes: &mut Mistakes) {
    if let Some(status) = &variant.status
        && !matches!(status.base10_parse::<u16>(), Ok(400..=599))
    {
        mistakes.add(status, "the status of an error must be from 400 to 599");
    }
}
