use avocet::prelude::*;

#[get("/numbers")]
async fn numbers() -> JsonLines<u32> {
    JsonLines::new(stream! {
        (0..3).for_each(|number| yield number);
        let later = async { yield 4; };
        later.await;
    })
}

fn main() {}
