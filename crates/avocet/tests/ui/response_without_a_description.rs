use avocet::prelude::*;

#[get("/items", response(402))]
async fn items() -> u32 {
    1
}

fn main() {
    let _ = routes![items];
}
