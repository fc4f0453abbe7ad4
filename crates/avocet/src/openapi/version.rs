//! The version of the specification that the document follows.

/// The version of the `OpenAPI` specification that an application's document follows.
///
/// The versions differ only in streams. 3.2 has `itemSchema` for each item: in an event stream that is an event, with its name and its
/// `data` as text. 3.1 does not have a keyword for it. There the extension `x-item-schema` has the same content, and `schema` is the type
/// that client generators expect: the type of an item, which in an event stream is the union of the types of `data`. Most client
/// generators still read 3.1, so that is the default.
///
/// Source: <https://spec.openapis.org/oas/v3.2.0.html#media-type-object>.
///
/// ```
/// use avocet::prelude::*;
/// use avocet::OpenApi;
///
/// #[get("/count")]
/// async fn count() -> JsonLines<u32> {
///     JsonLines::new(stream! { yield 1; })
/// }
///
/// # fn main() -> avocet::Result<()> {
/// let app = App::new("Count", "1.0.0").openapi(OpenApi::V3_2).routes(routes![count]).build()?;
/// let content = &app.openapi()["paths"]["/count"]["get"]["responses"]["200"]["content"];
/// assert_eq!(content["application/jsonl"]["itemSchema"]["type"], "integer");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OpenApi {
    /// 3.1.
    #[default]
    V3_1,
    /// 3.2.
    V3_2,
}

impl OpenApi {
    /// Returns the version number in the document.
    pub(super) const fn number(self) -> &'static str {
        match self {
            Self::V3_1 => "3.1.0",
            Self::V3_2 => "3.2.0",
        }
    }

    /// Returns the key of the item schema in a stream's content.
    pub(super) const fn item_schema(self) -> &'static str {
        match self {
            Self::V3_1 => "x-item-schema",
            Self::V3_2 => "itemSchema",
        }
    }
}
