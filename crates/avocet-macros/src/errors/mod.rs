//! `#[errors]`: an enum whose variants are errors with statuses.

mod check;
mod expand;
mod parse;

use proc_macro2::TokenStream;
use syn::ItemEnum;

use crate::mistakes::collecting;

/// Runs parse → model → check → expand.
pub(crate) fn run(settings: &TokenStream, item: TokenStream) -> TokenStream {
    collecting(|mistakes| {
        let mut item: ItemEnum = match syn::parse2(item.clone()) {
            Ok(item) => item,
            Err(error) => {
                mistakes.note(error);
                return item;
            }
        };
        if !settings.is_empty() {
            mistakes.add(
                settings,
                "`#[errors]` has no settings; write `#[error(status = 404)]` above each variant",
            );
        }
        let errors = parse::parse(&mut item, mistakes);
        check::check(&errors, mistakes);
        if mistakes.none() {
            expand::expand(&errors, &item)
        } else {
            expand::stub(&item)
        }
    })
}
