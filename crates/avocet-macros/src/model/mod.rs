//! `#[model]`: a type with a description, a reader and a serializer.

mod answered;
mod attributes;
mod check;
mod expand;
#[expect(
    clippy::module_inception,
    reason = "the checked model of the macro called `model`"
)]
mod model;
mod parse;

use proc_macro2::TokenStream;

use crate::crate_path::CratePath;
use crate::mistakes::collecting;
use crate::settings;

/// Runs parse → model → check → expand.
pub(crate) fn run(settings: TokenStream, item: TokenStream) -> TokenStream {
    collecting(|mistakes| {
        let mut item = match syn::parse2(item.clone()) {
            Ok(item) => item,
            Err(error) => {
                mistakes.note(error);
                return item;
            }
        };
        let mut settings = settings::of_tokens(settings, mistakes);
        let avocet = CratePath::take(&mut settings, mistakes);
        let model = parse::parse(settings, &mut item, mistakes);
        if let Some(model) = &model {
            check::check(model, mistakes);
        }
        match model {
            Some(model) if mistakes.none() => expand::expand(&model, &item, &avocet),
            _ => expand::stubs(&item, &avocet),
        }
    })
}
