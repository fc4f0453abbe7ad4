use avocet::prelude::*;

struct Tenant(String);

#[get("/items")]
async fn items(#[extract] tenant: Tenant) -> String {
    tenant.0
}

fn main() {
    let _ = routes![items];
}
