//! `#[get]` and the other route attributes: a function as a route.

mod argument;
mod check;
mod dependency;
mod depends;
mod expand;
#[expect(
    clippy::module_inception,
    reason = "the checked route of the macros called after methods"
)]
mod route;
mod source;
mod template;

use proc_macro2::{Ident, TokenStream};

use crate::crate_path::CratePath;
use crate::function::Function;
use crate::mistakes::collecting;

pub(crate) use dependency::run as dependency;

/// Runs parse → model → check → expand.
pub(crate) fn run(method: &Ident, settings: TokenStream, item: TokenStream) -> TokenStream {
    collecting(|mistakes| {
        let mut function: Function = match syn::parse2(item.clone()) {
            Ok(function) => function,
            Err(error) => {
                mistakes.note(error);
                return item;
            }
        };
        let (path, mut settings) = route::settings(method, settings, mistakes);
        let avocet = CratePath::take(&mut settings, mistakes);
        let route = route::parse(method, path, settings, &mut function, mistakes);
        if let Some(route) = &route {
            check::check(route, &function, mistakes);
        }
        match route {
            Some(route) if mistakes.none() => expand::expand(&route, &function, &avocet),
            _ => expand::stub(&function, &avocet),
        }
    })
}
