//! The sources of arguments.
//!
//! Each is a function bound by what its type must be and gives an opaque argument, so that a wrong type is one error, at
//! the type.

use crate::extract::{Argument, Body, Cookie, Header, Member, Path, Query, State, Values};
use crate::read::Input;
use crate::rules::Rules;
use serde::Serialize;

/// What the attribute of an argument says.
#[derive(Clone, Copy, Debug)]
pub struct Named {
    pub name: &'static str,
    pub aliases: &'static [&'static str],
    pub rules: &'static Rules,
    pub description: &'static str,
    pub deprecated: bool,
}

impl Named {
    /// Nothing but its name.
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
            aliases: &[],
            rules: &Rules::NONE,
            description: "",
            deprecated: false,
        }
    }
}

macro_rules! sources {
    ($($source:ident $function:ident $or:ident;)*) => {$(
        pub fn $function<T: Values + 'static>(named: Named) -> impl Argument<Value = T> {
            let source = $source::new(named.name)
                .aliases(named.aliases)
                .rules(named.rules)
                .description(named.description);
            if named.deprecated { source.deprecated() } else { source }
        }

        pub fn $or<T: Values + Serialize + 'static>(named: Named, default: fn() -> T) -> impl Argument<Value = T> {
            let source = $source::new(named.name)
                .aliases(named.aliases)
                .rules(named.rules)
                .description(named.description)
                .default(default);
            if named.deprecated { source.deprecated() } else { source }
        }
    )*};
}

sources! {
    Path path path_or;
    Query query query_or;
    Header request_header header_or;
    Cookie cookie cookie_or;
}

pub fn body<T: Input + 'static>(named: Named) -> impl Argument<Value = T> {
    Body::new()
        .rules(named.rules)
        .description(named.description)
}

pub fn member<T: Input>(named: Named) -> Member<T> {
    Member::new(named.name)
        .rules(named.rules)
        .description(named.description)
}

pub fn member_or<T: Input + Serialize>(named: Named, default: fn() -> T) -> Member<T> {
    member(named).default(default)
}

pub fn state<T: Clone + Send + Sync + 'static>() -> impl Argument<Value = T> {
    State::new()
}

#[cfg(feature = "axum")]
pub fn extract<T: axum_core::extract::FromRequestParts<()> + Send + 'static>()
-> impl Argument<Value = T> {
    crate::extract::Extract::new()
}
