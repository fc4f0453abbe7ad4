use avocet::prelude::*;

struct Token(String);

#[events]
enum Progress {
    Token(Token),
    Done { count: u32 },
}

fn main() {}
