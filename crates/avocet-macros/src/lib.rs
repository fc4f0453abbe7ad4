//! The attribute macros of avocet; import them from there.

mod calls;
mod case;
mod docs;
mod errors;
mod events;
mod function;
mod headers;
mod main_function;
mod mistakes;
mod model;
mod route;
mod settings;
mod tables;
mod vocabulary;

use proc_macro::TokenStream;
use proc_macro2::{Ident, Span};

/// Makes a struct or enum a model.
#[proc_macro_attribute]
pub fn model(settings: TokenStream, item: TokenStream) -> TokenStream {
    model::run(settings.into(), item.into()).into()
}

macro_rules! methods {
    ($($name:ident)*) => {$(
        /// Makes a function a route.
        #[proc_macro_attribute]
        pub fn $name(settings: TokenStream, item: TokenStream) -> TokenStream {
            let method = Ident::new(stringify!($name), Span::call_site());
            route::run(&method, settings.into(), item.into()).into()
        }
    )*};
}

methods! { get post put patch delete }

/// Runs an async function as the program.
#[proc_macro_attribute]
pub fn main(settings: TokenStream, item: TokenStream) -> TokenStream {
    main_function::run(&settings.into(), item.into()).into()
}

/// Makes an enum the errors of a handler.
#[proc_macro_attribute]
pub fn errors(settings: TokenStream, item: TokenStream) -> TokenStream {
    errors::run(&settings.into(), item.into()).into()
}

/// Makes an enum the named events of a stream.
#[proc_macro_attribute]
pub fn events(settings: TokenStream, item: TokenStream) -> TokenStream {
    events::run(&settings.into(), item.into()).into()
}

/// Makes a struct the headers of an answer.
#[proc_macro_attribute]
pub fn headers(settings: TokenStream, item: TokenStream) -> TokenStream {
    headers::run(&settings.into(), item.into()).into()
}
