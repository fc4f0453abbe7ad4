use avocet::prelude::*;

struct Owner(String);

#[errors]
enum ItemError {
    #[error(status = 409)]
    Locked { by: Owner },
    #[error(status = 410, message = "gone since {when}")]
    Gone { since: u32 },
}

fn main() {}
