//! Validation.

// ANCHOR: model
use avocet::prelude::*;

/// Texts to embed.
#[model]
pub struct EmbedRequest {
    /// 1 to 64 texts.
    #[field(min_items = 1, max_items = 64, items(min_length = 1))]
    texts: Vec<String>,
    /// Scale the vectors to unit length.
    #[field(default = true)]
    normalize: bool,
    /// The length of each vector, a power of two.
    #[field(default = 256, ge = 16, le = 1024, check = power_of_two)]
    dimensions: u32,
}

fn power_of_two(number: &u32) -> Result<(), ValidationError> {
    if number.is_power_of_two() {
        return Ok(());
    }
    Err(ValidationError::value_error("must be a power of two"))
}

/// Count the texts.
#[post("/embed")]
async fn embed(#[body] request: EmbedRequest) -> usize {
    request.texts.len()
}
// ANCHOR_END: model

// ANCHOR: whole
#[model(check = ordered)]
pub struct Range {
    from: u32,
    to: u32,
}

fn ordered(range: &Range) -> Result<(), ValidationError> {
    if range.from > range.to {
        return Err(ValidationError::value_error("is greater than `to`").under("from"));
    }
    Ok(())
}

#[post("/ranges")]
async fn range_length(#[body] range: Range) -> u32 {
    range.to - range.from
}
// ANCHOR_END: whole

// ANCHOR: union
#[model]
#[serde(tag = "role", rename_all = "snake_case")]
pub enum Message {
    System {
        content: String,
    },
    User {
        content: String,
        name: Option<String>,
    },
}

#[post("/messages")]
async fn roles(#[body] messages: Vec<Message>) -> Vec<&'static str> {
    let role = |message: &Message| match message {
        Message::System { .. } => "system",
        Message::User { .. } => "user",
    };
    messages.iter().map(role).collect()
}
// ANCHOR_END: union

// ANCHOR: parameters
#[model]
pub struct Page {
    #[field(default = 1, ge = 1)]
    page: u32,
    #[field(default = 20, ge = 1, le = 100)]
    size: u32,
}

#[get("/items/{category}")]
async fn items(
    category: String,
    #[query] page: Page,
    #[query(default, max_items = 3)] tag: Vec<String>,
    #[header] x_trace: Option<String>,
) -> String {
    format!(
        "{category}, page {}, {} items, tags {tag:?}, trace {x_trace:?}",
        page.page, page.size
    )
}
// ANCHOR_END: parameters

// ANCHOR: form
#[post("/documents", form_files = 1, form_file_bytes = 5_000_000)]
async fn document(#[form(min_length = 1)] title: String, #[file] file: Upload) -> String {
    format!(
        "{title}: {} bytes of {}",
        file.size(),
        file.content_type().unwrap_or("an unknown type")
    )
}
// ANCHOR_END: form

// ANCHOR: form_json
#[model]
pub struct Labels {
    #[field(max_items = 8)]
    labels: Vec<String>,
}

#[post("/pictures")]
async fn picture(#[form(json)] about: Labels, #[file] picture: Upload) -> String {
    format!("{} bytes, {:?}", picture.size(), about.labels)
}
// ANCHOR_END: form_json

// ANCHOR: raw
use avocet::extract::BodyStream;

#[post("/recordings", body_limit = 100_000_000)]
async fn recording(
    #[body(media_type = "audio/wav", media_type = "audio/flac")] mut audio: BodyStream,
) -> Result<u64, HttpError> {
    let mut size = 0;
    while let Some(piece) = audio.next().await {
        size += piece?.len() as u64;
    }
    Ok(size)
}
// ANCHOR_END: raw

pub fn app() -> App {
    App::new("Validation", "1.0.0")
        .routes(routes![embed, range_length, roles, items, document])
        .routes(routes![picture, recording])
}
