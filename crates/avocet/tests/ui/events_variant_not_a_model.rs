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
    #[event(data = "x")]
    Number(u32),
    #[event(name = "end", unnamed)]
    Done,
}

fn main() {}
