//! `#[events]`: an enum whose variants are named events of a stream.

mod expand;
mod parse;

use proc_macro2::TokenStream;
use syn::ItemEnum;

use crate::crate_path::CratePath;
use crate::mistakes::collecting;

/// Runs parse → model → expand; the parser does all the checks.
pub(crate) fn run(settings: TokenStream, item: TokenStream) -> TokenStream {
    collecting(|mistakes| {
        let avocet = CratePath::only(
            settings,
            "`#[events]` has no settings but `crate = path`; write `#[event(name = \"…\")]` above a variant",
            mistakes,
        );
        let mut item: ItemEnum = match syn::parse2(item.clone()) {
            Ok(item) => item,
            Err(error) => {
                mistakes.note(error);
                return item;
            }
        };
        let events = parse::parse(&mut item, mistakes);
        if mistakes.none() {
            expand::expand(&events, &item, &avocet)
        } else {
            expand::stub(&item, &avocet)
        }
    })
}
