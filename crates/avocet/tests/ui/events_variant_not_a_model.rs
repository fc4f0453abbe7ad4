use avocet::prelude::*;

struct Token(String);

#[events]
enum Progress {
    Token(Token),
    Done,
}

#[events]
enum Other {
    Counted { count: u32 },
}

fn main() {}
