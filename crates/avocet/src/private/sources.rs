//! Constructors for the extractors of arguments.
//!
//! Each function bounds its type, and the extractor does not repeat the bound. So a wrong type causes one error, at the
//! type.

use crate::extract::{
    Body, BodyMember, Cookie, File, Form, FromParams, FromRawBody, Header, JsonPart, OfRequest,
    Path, Query, RawBody, Request, State, Uploads,
};
use crate::input::{FromText, Input};
use crate::rules::Rules;
use serde::Serialize;

/// The options of an argument's attribute.
#[derive(Clone, Copy, Debug)]
pub struct Named {
    pub name: &'static str,
    pub aliases: &'static [&'static str],
    pub rules: &'static Rules,
    pub description: &'static str,
    pub deprecated: bool,
    pub hidden: bool,
    pub empty_is_absent: bool,
}

impl Named {
    /// Creates the options with a name only.
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
            aliases: &[],
            rules: &Rules::NONE,
            description: "",
            deprecated: false,
            hidden: false,
            empty_is_absent: false,
        }
    }
}

macro_rules! sources {
    ($($source:ident: $bound:ident),*) => {$(
        impl<T: $bound> $source<T> {
            fn with(self, named: Named) -> Self {
                let source = self.aliases(named.aliases).rules(named.rules).description(named.description);
                if named.deprecated { source.deprecated() } else { source }
            }
        }
    )*};
}

macro_rules! parameters {
    ($($source:ident)*) => {$(
        impl<T: FromParams> $source<T> {
            fn with_parameter(self, named: Named) -> Self {
                let source = if named.hidden { self.hidden() } else { self };
                if named.empty_is_absent { source.empty_is_absent() } else { source }
            }
        }
    )*};
}

parameters!(Query Header Cookie);

sources!(Path: FromText, Query: FromParams, Header: FromParams, Cookie: FromParams, Form: FromParams);

pub fn path<T: FromText>(named: Named) -> Path<T> {
    Path::new(named.name).with(named)
}

pub fn query<T: FromParams>(named: Named) -> Query<T> {
    Query::new(named.name).with(named).with_parameter(named)
}

pub fn query_or<T: FromParams + Serialize>(named: Named, default: fn() -> T) -> Query<T> {
    query(named).default(default)
}

pub fn request_header<T: FromParams>(named: Named) -> Header<T> {
    Header::new(named.name).with(named).with_parameter(named)
}

pub fn header_or<T: FromParams + Serialize>(named: Named, default: fn() -> T) -> Header<T> {
    request_header(named).default(default)
}

pub fn cookie<T: FromParams>(named: Named) -> Cookie<T> {
    Cookie::new(named.name).with(named).with_parameter(named)
}

pub fn cookie_or<T: FromParams + Serialize>(named: Named, default: fn() -> T) -> Cookie<T> {
    cookie(named).default(default)
}

pub fn form<T: FromParams>(named: Named) -> Form<T> {
    Form::new(named.name).with(named)
}

pub fn form_or<T: FromParams + Serialize>(named: Named, default: fn() -> T) -> Form<T> {
    form(named).default(default)
}

pub fn file<T: Uploads>(named: Named) -> File<T> {
    let file = File::new(named.name)
        .aliases(named.aliases)
        .rules(named.rules)
        .description(named.description);
    if named.deprecated {
        file.deprecated()
    } else {
        file
    }
}

pub fn file_or<T: Uploads>(named: Named, default: fn() -> T) -> File<T> {
    file(named).default(default)
}

pub fn body<T: Input>(named: Named) -> Body<T> {
    Body::new()
        .rules(named.rules)
        .description(named.description)
}

pub fn raw_body<T: FromRawBody>(named: Named, media_types: &'static [&'static str]) -> RawBody<T> {
    let body = RawBody::new().description(named.description);
    media_types
        .iter()
        .fold(body, |body, media_type| body.media_type(media_type))
}

pub fn member<T: Input>(named: Named) -> BodyMember<T> {
    BodyMember::new(named.name)
        .rules(named.rules)
        .description(named.description)
}

pub fn member_or<T: Input + Serialize>(named: Named, default: fn() -> T) -> BodyMember<T> {
    member(named).default(default)
}

pub fn json_part<T: Input>(named: Named) -> JsonPart<T> {
    JsonPart::new(named.name)
        .rules(named.rules)
        .description(named.description)
}

pub fn state<T: Clone + Send + Sync + 'static>() -> State<T> {
    State::new()
}

pub fn named_state<T: Clone + Send + Sync + 'static>(name: &'static str) -> State<T> {
    State::named(name)
}

pub fn of_request<T: OfRequest>() -> Request<T> {
    Request::new()
}

pub use crate::bounds::extract;
