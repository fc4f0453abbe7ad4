//! `#[headers]`: a struct whose fields are headers of a response.

mod expand;
mod parse;

use proc_macro2::TokenStream;
use syn::ItemStruct;

use crate::crate_path::CratePath;
use crate::mistakes::collecting;

/// Runs parse → model → expand; the parser does all the checks.
pub(crate) fn run(settings: TokenStream, item: TokenStream) -> TokenStream {
    collecting(|mistakes| {
        let avocet = CratePath::only(
            settings,
            "`#[headers]` has no settings but `crate = path`; write `#[field(rename = \"…\")]` above a field",
            mistakes,
        );
        let mut item: ItemStruct = match syn::parse2(item.clone()) {
            Ok(item) => item,
            Err(error) => {
                mistakes.note(error);
                return item;
            }
        };
        let headers = parse::parse(&mut item, mistakes);
        if mistakes.none() {
            expand::expand(&headers, &item, &avocet)
        } else {
            expand::stub(&item, &avocet)
        }
    })
}
