//! `FromContext`: a type that names its extractor.

use super::Extractor;

/// A type for an argument with `#[extract]`: it names the [`Extractor`] that reads and documents it.
///
/// With the feature `axum`, each extractor of axum 0.8 that needs no state implements it, with `Extract` as its extractor. A type has one of
/// both: the compiler reports a second implementation for an extractor of axum as a conflict.
///
/// The extractor runs before those of path, query, headers, cookies and body. What it describes in the operation is part of the
/// document: its parameters, its errors and its security requirements.
///
/// ```
/// use avocet::extract::{Extractor, FromContext, Header, Rejection, RequestContext};
/// use avocet::operation::Operation;
/// use avocet::prelude::*;
/// use avocet::testing::TestClient;
///
/// /// The tenant that the header `x-tenant` names.
/// struct Tenant(String);
///
/// #[derive(Default)]
/// struct TenantHeader;
///
/// impl Extractor for TenantHeader {
///     type Value = Tenant;
///
///     fn describe(&self, operation: &mut Operation) {
///         Header::<String>::new("x-tenant").describe(operation);
///     }
///
///     async fn extract(&self, context: &mut RequestContext) -> Result<Tenant, Rejection> {
///         let name = Header::<String>::new("x-tenant").extract(context).await?;
///         Ok(Tenant(name.to_lowercase()))
///     }
/// }
///
/// impl FromContext for Tenant {
///     type Extractor = TenantHeader;
/// }
///
/// #[get("/items")]
/// async fn items(#[extract] tenant: Tenant) -> String {
///     tenant.0
/// }
///
/// # #[avocet::main]
/// # async fn main() -> avocet::Result<()> {
/// let service = App::new("Shop", "1.0.0").routes(routes![items]).build()?;
/// assert_eq!(service.openapi()["paths"]["/items"]["get"]["parameters"][0]["name"], "x-tenant");
/// let response = TestClient::new(service).get("/items").header("x-tenant", "Ann").send().await;
/// assert_eq!(response.json::<String>().await, "ann");
/// # Ok(())
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not name its extractor",
    label = "not a type with an extractor",
    note = "implement `FromContext` for it, with a type that implements `Extractor<Value = {Self}>` and `Default`"
)]
pub trait FromContext: Sized + Send {
    /// The extractor, which `#[extract]` creates with its `Default`.
    type Extractor: Extractor<Value = Self> + Default;
}
