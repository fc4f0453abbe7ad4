//! Serves the application of a chapter, for `.ci/judge documents`: `serve CHAPTER ADDRESS`.

use guide_examples::{
    dependencies, document, from_fastapi, inference, responses, security, streams, validation,
};

#[avocet::main]
async fn main() -> avocet::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let (Some(chapter), Some(address)) = (arguments.next(), arguments.next()) else {
        return Err(std::io::Error::other("usage: serve CHAPTER ADDRESS").into());
    };
    let app = match chapter.as_str() {
        "dependencies" => dependencies::app(),
        "document" => document::app(),
        "from_fastapi" => from_fastapi::app(),
        "inference" => inference::errors::app(inference::embedder()),
        "responses" => responses::app(),
        "security" => security::app(),
        "streams" => streams::app(),
        "validation" => validation::app(),
        _ => return Err(std::io::Error::other("the chapter has no application").into()),
    };
    app.serve(&address).await
}
