//! The document.

// ANCHOR: operation
use avocet::prelude::*;

/// A vector.
#[model]
pub struct Embedding {
    /// The values, at unit length.
    values: Vec<f32>,
}

/// Embed a text.
///
/// The first line is the summary. The rest is the description, in Markdown.
#[get("/embedding", tag = "embeddings")]
async fn embedding(
    /// The text, in any language.
    #[query(min_length = 1, example = "good morning")]
    text: String,
) -> Embedding {
    Embedding {
        values: vec![1.0; text.len()],
    }
}

/// For the operator. The document does not list it.
#[get("/internal/reload", hidden)]
async fn reload() {}
// ANCHOR_END: operation

// ANCHOR: app
use avocet::OpenApi;

pub fn app() -> App {
    App::new("Embedder", "1.0.0")
        .description("Texts to *vectors*.")
        .openapi(OpenApi::V3_2)
        .routes(routes![embedding, reload])
}
// ANCHOR_END: app

// ANCHOR: several
use avocet::ApiDocument;
use avocet::depend::Requirement;
use avocet::security::{BasicCredentials, unauthorized};

#[dependency]
async fn staff(#[basic] user: BasicCredentials) -> Result<(), HttpError> {
    if user.has_password("s3same") {
        Ok(())
    } else {
        Err(unauthorized("Basic", "Not the staff"))
    }
}

pub fn with_several_documents() -> App {
    let internal = ApiDocument::at("/internal")
        .title("Embedder, for the staff")
        .requires(Requirement::of::<staff>());
    app().documents([ApiDocument::new().with_tag("embeddings"), internal])
}
// ANCHOR_END: several
