use avocet::prelude::*;

#[get(status = 201)]
async fn hello() -> u32 {
    1
}

#[get]
async fn world() -> u32 {
    1
}

fn main() {
    let _ = routes![hello, world];
}
