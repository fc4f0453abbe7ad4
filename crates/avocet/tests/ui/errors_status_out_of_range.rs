use avocet::prelude::*;

#[errors]
enum ItemError {
    #[error(status = 200)]
    Missing,
    #[error(status = 4040)]
    Gone,
}

fn main() {}
