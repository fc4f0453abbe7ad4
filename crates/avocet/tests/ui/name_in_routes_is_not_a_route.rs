use avocet::prelude::*;

async fn helper() -> u32 {
    1
}

struct Other {}

fn main() {
    let _ = routes![helper];
    let _ = routes![Other];
}
