//! `#[events]`: an enum whose variants are named events of a stream.

mod expand;
mod parse;

use proc_macro2::TokenStream;
use syn::ItemEnum;

use crate::mistakes::collecting;

/// Runs parse → model → expand; the parser does all the checks.
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
                "`#[events]` has no settings; write `#[event(name = \"…\")]` above a variant",
            );
        }
        let events = parse::parse(&mut item, mistakes);
        if mistakes.none() {
            expand::expand(&events, &item)
        } else {
            expand::stub(&item)
        }
    })
}
