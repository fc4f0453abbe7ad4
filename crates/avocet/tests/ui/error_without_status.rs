use avocet::prelude::*;

#[errors]
enum ItemError {
    Missing,
    #[error(code = "locked")]
    Locked { by: String },
}

#[get("/item")]
async fn item() -> Result<u32, ItemError> {
    Err(ItemError::Missing)
}

fn main() {}
