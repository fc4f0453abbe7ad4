//! The attribute macros of avocet; import them from the crate `avocet`.
//!
//! Each macro is a module with the stages parse → model → check → expand: the parser reads the user's item into a typed model and records
//! every error, the check compares the parts with each other, and the expansion prints the checked model. If there are errors, the macro
//! still prints the user's item with stub implementations, so that the compiler reports nothing else.

mod calls;
mod case;
mod crate_path;
mod docs;
mod errors;
mod events;
#[cfg(test)]
mod expansions;
mod function;
mod headers;
mod literals;
mod main_function;
mod mistakes;
mod model;
mod nearest;
mod route;
mod settings;
mod stream;
mod tables;
mod vocabulary;

use proc_macro::TokenStream;
use proc_macro2::{Ident, Span};

#[doc = include_str!("../docs/model.md")]
#[proc_macro_attribute]
pub fn model(settings: TokenStream, item: TokenStream) -> TokenStream {
    let settings = literals::in_settings(settings.into());
    model::run(settings, literals::in_item(item.into())).into()
}

macro_rules! methods {
    ($($name:ident $method:literal;)*) => {$(
        #[doc = concat!("Makes a function the handler of `", $method, "` requests to a path.")]
        #[doc = include_str!("../docs/route.md")]
        #[proc_macro_attribute]
        pub fn $name(settings: TokenStream, item: TokenStream) -> TokenStream {
            let method = Ident::new(stringify!($name), Span::call_site());
            let settings = literals::in_settings(settings.into());
            route::run(&method, settings, literals::in_item(item.into())).into()
        }
    )*};
}

methods! {
    get "GET";
    post "POST";
    put "PUT";
    patch "PATCH";
    delete "DELETE";
}

#[doc = include_str!("../docs/websocket.md")]
#[proc_macro_attribute]
pub fn websocket(settings: TokenStream, item: TokenStream) -> TokenStream {
    let method = Ident::new("websocket", Span::call_site());
    let settings = literals::in_settings(settings.into());
    route::run(&method, settings, literals::in_item(item.into())).into()
}

#[doc = include_str!("../docs/dependency.md")]
#[proc_macro_attribute]
pub fn dependency(settings: TokenStream, item: TokenStream) -> TokenStream {
    route::dependency(settings.into(), literals::in_item(item.into())).into()
}

#[doc = include_str!("../docs/errors.md")]
#[proc_macro_attribute]
pub fn errors(settings: TokenStream, item: TokenStream) -> TokenStream {
    errors::run(settings.into(), literals::in_item(item.into())).into()
}

#[doc = include_str!("../docs/events.md")]
#[proc_macro_attribute]
pub fn events(settings: TokenStream, item: TokenStream) -> TokenStream {
    events::run(settings.into(), literals::in_item(item.into())).into()
}

#[doc = include_str!("../docs/headers.md")]
#[proc_macro_attribute]
pub fn headers(settings: TokenStream, item: TokenStream) -> TokenStream {
    headers::run(settings.into(), literals::in_item(item.into())).into()
}

/// What `avocet::stream!` calls. Not public API.
#[doc(hidden)]
#[proc_macro]
pub fn stream_at(tokens: TokenStream) -> TokenStream {
    stream::run(tokens.into()).into()
}

#[doc = include_str!("../docs/main.md")]
#[proc_macro_attribute]
pub fn main(settings: TokenStream, item: TokenStream) -> TokenStream {
    main_function::run(settings.into(), item.into()).into()
}

// The code of the README is compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
