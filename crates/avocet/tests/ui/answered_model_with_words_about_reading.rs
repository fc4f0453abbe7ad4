use avocet::prelude::*;

#[model(output, check = fits)]
struct Answer {
    #[field(ge = 0, le = 1, example = 0.5)]
    score: f64,
    #[field(items(min_length = 1), check = is_sorted)]
    words: Vec<String>,
    #[field(default = "none", alias = "note", rename = "remark")]
    text: String,
}

fn fits(_: &Answer) -> Result<(), String> {
    Ok(())
}

fn is_sorted(_: &Vec<String>) -> Result<(), String> {
    Ok(())
}

fn main() {}
