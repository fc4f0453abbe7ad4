use avocet::prelude::*;

#[errors]
enum Failure {
    /// Too many.
    #[error(status = 429)]
    Busy,
}

fn read() -> Result<u32, std::io::Error> {
    Ok(1)
}

#[get("/texts")]
async fn texts() -> JsonLines<String> {
    JsonLines::new(stream! { yield 5; })
}

#[get("/numbers")]
async fn numbers() -> JsonLines<u32, Failure> {
    JsonLines::new(stream! { yield read()?; })
}

fn main() {}
