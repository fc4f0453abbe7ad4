use avocet::prelude::*;

struct Prompt {
    text: String,
}

#[post("/chat")]
async fn chat(#[body] prompt: Prompt) -> String {
    prompt.text
}

#[post("/both")]
async fn both(#[body] prompt: Prompt, #[body] times: u32) -> String {
    prompt.text.repeat(times as usize)
}

fn main() {}
