//! Which version of the specification the document follows.

/// The version of the `OpenAPI` specification that an application's document follows.
///
/// The two differ in streams alone. 3.2 has `itemSchema` for each item: of an event stream that is an event, with its name and its `data` as text.
/// 3.1 has no word for it. There the same stands in the extension `x-item-schema`, and `schema` is what client generators take it for: the type of
/// an item, which in an event stream is the union of the types that `data` can hold. Most client generators still read 3.1, so that is the
/// default.
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
    /// As the document names it.
    pub(super) const fn number(self) -> &'static str {
        match self {
            Self::V3_1 => "3.1.0",
            Self::V3_2 => "3.2.0",
        }
    }

    /// Where a stream's content has the schema of its items.
    pub(super) const fn item_schema(self) -> &'static str {
        match self {
            Self::V3_1 => "x-item-schema",
            Self::V3_2 => "itemSchema",
        }
    }
}
