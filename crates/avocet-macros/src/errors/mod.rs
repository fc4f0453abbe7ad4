//! `#[errors]`: an enum whose variants are errors with statuses.

mod check;
mod expand;
mod parse;

use proc_macro2::TokenStream;
use syn::ItemEnum;

use crate::crate_path::CratePath;
use crate::mistakes::collecting;

/// Runs parse → model → check → expand.
pub(crate) fn run(settings: TokenStream, item: TokenStream) -> TokenStream {
    collecting(|mistakes| {
        let avocet = CratePath::only(
            settings,
            "`#[errors]` has no settings but `crate = path`; write `#[error(status = 404)]` above each variant",
            mistakes,
        );
        let mut item: ItemEnum = match syn::parse2(item.clone()) {
            Ok(item) => item,
            Err(error) => {
                mistakes.note(error);
                return item;
            }
        };
        let errors = parse::parse(&mut item, mistakes);
        check::check(&errors, mistakes);
        if mistakes.none() {
            expand::expand(&errors, &item, &avocet)
        } else {
            expand::stub(&item, &avocet)
        }
    })
}
