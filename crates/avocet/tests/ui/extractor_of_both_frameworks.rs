use std::convert::Infallible;

use avocet::extract::{Extractor, FromContext, Rejection, RequestContext};
use avocet::prelude::*;
use axum_core::extract::FromRequestParts;
use http::request::Parts;

struct Tenant;

#[derive(Default)]
struct TenantHeader;

impl Extractor for TenantHeader {
    type Value = Tenant;

    fn describe(&self, _: &mut Operation) {}

    async fn extract(&self, _: &mut RequestContext) -> Result<Tenant, Rejection> {
        Ok(Tenant)
    }
}

impl FromContext for Tenant {
    type Extractor = TenantHeader;
}

impl<S: Sync> FromRequestParts<S> for Tenant {
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self)
    }
}

#[get("/items")]
async fn items(#[extract] _tenant: Tenant) -> u32 {
    1
}

fn main() {
    let _ = routes![items];
}
